"""`python -m shichen.prose FILE --json`: the reader alone, without the rest of the house."""

from __future__ import annotations

import argparse
import sys

from shichen.prose.command import run
from shichen.prose.kinds import KINDS


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m shichen.prose", description="读一份来稿，列出条目和数字")
    parser.add_argument("file", help="文件名；- 为标准输入")
    parser.add_argument("--covers", help="所涵日期，如2020-02-02；大事记可只写年份")
    parser.add_argument("--kind", choices=KINDS, help="来稿种类，不写则由文本判断")
    parser.add_argument("--json", action="store_true", help="输出一个JSON对象")
    parser.add_argument("--table", action="store_true", help="疫情通报：各地累计数的CSV；其他：每个数字一行")
    options = parser.parse_args()
    return run(options.file, covers=options.covers, kind=options.kind, json_out=options.json, table=options.table)


if __name__ == "__main__":
    sys.exit(main())
