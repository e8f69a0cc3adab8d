"""Asks DuckDB and a Spark of two worker processes the same questions of the same files; prints what each said, as JSON.

A process of its own: Java, sockets and PySpark's warnings stay out of the tests' process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.movement.crowd import DAY, DAYS, START
from benchmarks.movement.engine import FileEngine
from benchmarks.movement.forms import RULES
from benchmarks.movement.generate import files

from shichen.tracing import digests, fields, pairs, questions, ranking, tables
from shichen.tracing.run import Question, Steps, second_degree
from shichen.tracing.spark import SparkEngine, shuffled

END = START + DAYS * DAY
LIMIT = 50
OFFSET = 28_800
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For a Java that lives a minute: compiling well would take longer than running."""


def session():
    """Two workers with a core and a gigabyte each, each with an executor of its own, on this machine alone."""
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    from pyspark.sql import SparkSession

    made = SparkSession.builder.master("local-cluster[2,1,1024]").appName("shichen")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.executor.memory": "768m",
        "spark.sql.shuffle.partitions": "2",
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",  # begins when both have come
        "spark.driver.extraJavaOptions": QUICK,
        "spark.executor.extraJavaOptions": QUICK,
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        made = made.config(name, value)
    return made.getOrCreate()


def asked(steps: Steps) -> dict[str, object]:
    """Every question, as an expression over the views that the steps have laid out."""
    plan = steps.plan
    passings, stays, events, index = plan.passings, plan.stays, plan.events, plan.index
    person, place = tables.large("passings_by_person"), tables.large("passings_by_place")
    windows, wanted = tables.small("index_windows"), plan.wanted
    reach, least, rows = RULES.reach, RULES.least, ((4, 3),)
    piece = fields.piece_field(passings, events, reach)
    return {
        "list": plan.ranked(),
        "passing pairs": pairs.rank(pairs.passing_pairs(passings, events, reach)),
        "stay pairs": pairs.rank(pairs.stay_pairs(stays, index, least, rows)),
        "close": plan.close(),
        "slot field": fields.slot_field(passings, events, reach),
        "piece field": piece,
        "second field": fields.second_field(passings, events, reach),
        "net field": fields.net(piece, fields.own_passings(person, events, reach)),
        "own stays": fields.own_stays(tables.large("stays_by_person"), index),
        "shared vehicles": ranking.shared_vehicles(passings, events),
        "index events": plan.index_events(),
        "index stays": plan.index_stays(),
        "track": questions.track(person, windows),
        "plate": questions.plate_track(place, tables.small("vehicles"), START, END),
        "regions": questions.from_regions(tables.large("origins"), [420_000, 110_000]),
        "arrivals": questions.arrivals(person, [420_000], START, END),
        "seen": questions.seen(person, wanted, START, END),
        "roll-up": questions.rollup(place, OFFSET),
        "vehicle passings": questions.vehicle_passings(place, OFFSET),
        "passing evidence": plan.passing_evidence(),
        "stay evidence": plan.stay_evidence(),
        "cumulated": plan.cumulated(),
    }


def answers(engine, windows: dict[str, np.ndarray], plate: int) -> dict[str, str]:
    """Digests over all columns, by question."""
    steps = Steps(engine, Question(windows, RULES, LIMIT))
    shown = steps.by_pairs()[0]
    steps._want(shown["person"])
    engine.give("vehicles", {"vehicle": [plate]})
    said = {name: str(engine.digest(e, tuple(e.columns))) for name, e in asked(steps).items()}
    for table in tables.NATURAL_KEY:
        row = engine.ask(digests.row_sql(table, table, engine.dialect))
        said[f"rows of {table}"] = f"{int(row['n'][0])}:{int(row['total'][0]):x}"
    said["trace"] = str(digests.of(shown, digests.RANKED))
    said["trace by field"] = str(digests.of(steps.by_field()[0], digests.RANKED))
    ix, times = np.unique(steps.events["ix"], return_counts=True)
    one = {name: column[windows["ix"] == ix[times.argmax()]] for name, column in windows.items()}
    again = Question(one, replace(RULES, close=100), LIMIT)
    said["second degree"] = str(second_degree(engine, again, END).digest)
    return said


def main(folder: Path) -> None:
    begun = time.monotonic()
    spark_session = session()
    started = time.monotonic() - begun
    duckdb = FileEngine(folder)
    spark = SparkEngine(spark_session, {table: files(folder, table) for table in duckdb.files if table != "arrival"})
    windows = dict(np.load(folder / "index_100.npz"))
    plate = int(duckdb.ask("select max(vehicle) as v from passings_by_place")["v"][0])
    said = {"duckdb": answers(duckdb, windows, plate), "spark": answers(spark, windows, plate)}
    steps = Steps(spark, Question(windows, RULES, LIMIT))
    steps._want(np.array([1, 2]))
    plans = {name: spark.plan(digests.compiled(e, "pyspark")) for name, e in asked(steps).items()}
    executors = spark_session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1  # the driver is in it too
    said |= {"executors": executors, "started": started, "seconds": time.monotonic() - begun}
    said["shuffled"] = {name: shuffled(plan) for name, plan in plans.items()}
    said["scans"] = {name: plan.count("FileScan") for name, plan in plans.items()}
    unlike = "select a.person, count(*) as n from passings_by_place a join stays_by_place b on a.person = b.person group by 1"
    spark_session.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    said["shuffling"] = shuffled(spark.plan(unlike))
    print(json.dumps(said))
    spark_session.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
