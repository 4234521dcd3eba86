"""JSON lines: commands on standard input, events on standard output."""

import asyncio
import json
import sys

LONGEST_LINE = 1 << 20


class Lines:
    def __init__(self, reader):
        self._reader = reader

    @staticmethod
    async def open():
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        return Lines(reader)

    async def next(self):
        """The next command, or None after the last."""
        line = await self._reader.readline()
        return json.loads(line) if line else None

    @staticmethod
    def tell(event, **fields):
        sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
        sys.stdout.flush()
