#!/usr/bin/env python3
"""docs/cast.py COLUMNS LINES TITLE: what a terminal program writes (standard input, as it comes) as an asciicast, version 2,
which `asciinema play` and players for web pages show: a line for the header, then [seconds, "o", text] for each piece."""
import codecs
import json
import os
import sys
import time


def main():
    columns, lines, title = sys.argv[1:]
    header = {"version": 2, "width": int(columns), "height": int(lines), "title": title,
              "env": {"TERM": "xterm-256color"}}
    print(json.dumps(header))
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    start = None
    while piece := os.read(0, 65536):
        now = time.monotonic()
        start = start or now
        text = decoder.decode(piece)
        if text:
            print(json.dumps([round(now - start, 3), "o", text], ensure_ascii=False), flush=True)


main()
