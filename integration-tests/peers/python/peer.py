"""A trickle client that tests can script; the README beside this file lists commands and events."""

import argparse
import asyncio
import hashlib
import importlib
import os
import random

import aiohttp

from gets import Ended, GaveUp
from lines import Lines

CONTENT_TYPE = "video/mp2t"
PIECE = 64 << 10


async def publish(style, options):
    lines = await Lines.open()
    await Publication(style.Publisher(options.url, CONTENT_TYPE), lines, random.Random(options.seed)).run()


class Publication:
    """Obeys the commands segment, begin, end and close."""

    def __init__(self, publisher, lines, source):
        self._publisher = publisher
        self._lines = lines
        self._source = source
        self._open = None
        self._bytes = 0
        self._digest = None

    async def run(self):
        self._lines.tell("ready")
        while (command := await self._lines.next()) is not None:
            await getattr(self, "_" + command["op"])(command)
            if command["op"] == "close":
                return
        os._exit(0)  # Abandons whatever is open, as a killed process does.

    async def _segment(self, command):
        await self._write(command["bytes"])
        await self._end(command)

    async def _begin(self, command):
        await self._write(command["bytes"])
        self._lines.tell("begun", sequence=self._open.sequence, bytes=self._bytes)

    async def _write(self, length):
        self._open = await self._publisher.next()
        self._bytes = length
        self._digest = hashlib.sha256()
        while length > 0:
            data = self._source.randbytes(min(length, PIECE))
            length -= len(data)
            self._digest.update(data)
            await self._open.write(data)

    async def _end(self, _):
        outcome = await self._open.finish()
        self._lines.tell(
            "segment", sequence=self._open.sequence, bytes=self._bytes, sha256=self._digest.hexdigest(),
            outcome=outcome)
        self._open = None

    async def _close(self, _):
        self._lines.tell("closed", outcome=await self._publisher.close())


async def subscribe(style, options):
    lines = await Lines.open() if options.stepwise else Lines
    subscriber = style.Subscriber(options.url, options.start, lines.tell)
    lines.tell("ready")
    try:
        while True:
            await receive(await subscriber.read(), lines, options.stepwise)
    except Ended as e:
        lines.tell("end", reason=str(e))
    except (aiohttp.ClientError, asyncio.TimeoutError) as e:
        lines.tell("end", reason=f"broken: {type(e).__name__} {e}")
    except GaveUp as e:
        lines.tell("end", reason=f"gave up: {e}")
    await subscriber.close()


async def receive(segment, lines, stepwise):
    if stepwise:
        lines.tell("head", sequence=segment.sequence)
        await lines.next()
    digest = hashlib.sha256()
    length = 0
    async for data in segment.pieces():
        digest.update(data)
        length += len(data)
    segment.release()
    lines.tell("segment", sequence=segment.sequence, bytes=length, sha256=digest.hexdigest())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["publish", "subscribe"])
    parser.add_argument("--style", choices=["runner", "gateway", "sdk"], required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=-2)
    parser.add_argument("--stepwise", action="store_true")
    options = parser.parse_args()
    style = importlib.import_module(options.style + "_style")
    asyncio.run((publish if options.command == "publish" else subscribe)(style, options))


if __name__ == "__main__":
    main()
