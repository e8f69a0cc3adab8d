"""Spark over the files of one view: the second engine, for what one machine cannot hold; its library is an extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shichen.records import lake
from shichen.records.engine import LARGE
from shichen.records.lake import View
from shichen.refusal import Refusal
from shichen.tracing.spark import SparkEngine

MEMORY = "2g"


@contextmanager
def engine(view: View, master: str) -> Iterator[SparkEngine]:
    """An engine whose session lasts as long as the work. Every file is compared with the manifest first. Raises Refusal.

    It reads files alone: passings that are still in the database are refused, not left out.
    """
    if view.beside is not None and len(view.beside):
        raise Refusal(
            f"有 {len(view.beside)} 条逐车记录还没有封存进流水，Spark 只读文件；请在时辰末封存之后再追，或用 duckdb。",
            field="engine",
        )
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise Refusal("没有装 PySpark；请运行 ./shichen --ensure spark，并装 Java 17。", field="engine") from None
    lake.must_be_whole(view, view.files)
    session = (
        SparkSession.builder.master(master)
        .appName("shichen")
        .config("spark.driver.memory", MEMORY)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield SparkEngine(
            session, {name: [str(view.path(file)) for file in view.of(*where)] for name, where in LARGE.items()}
        )
    finally:
        session.stop()
