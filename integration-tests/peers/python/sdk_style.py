"""The publisher and subscriber of the pytrickle package behind the interface of the other styles.

Its top-level package imports frameworks that neither of them uses. They are loaded past it.
"""

import asyncio
import importlib
import importlib.util
import sys
import types

from gets import Ended
from posts import STORED


def _load(name):
    if "pytrickle" not in sys.modules:
        package = types.ModuleType("pytrickle")
        package.__path__ = list(importlib.util.find_spec("pytrickle").submodule_search_locations)
        sys.modules["pytrickle"] = package
    return importlib.import_module(f"pytrickle.{name}")


class Publisher:
    """Numbers from 0. It keeps the answers of the peer to itself, and leaves the channel when it is closed."""

    def __init__(self, url, content_type):
        self._publisher = _load("publisher").TricklePublisher(url, content_type)
        self._sequence = 0

    async def next(self):
        writer = await self._publisher.next()
        while self._publisher.next_writer is None:
            await asyncio.sleep(0)  # It hands the same number out again if it is asked before it has preconnected.
        segment = Segment(writer, self._sequence, self._publisher._background_tasks)
        self._sequence += 1
        return segment

    async def close(self):
        await self._publisher.close()
        return STORED


class Segment:
    def __init__(self, writer, sequence, tasks):
        self._writer = writer
        self._tasks = tasks
        self.sequence = sequence

    async def write(self, data):
        await self._writer.write(data)

    async def finish(self):
        await self._writer.close()
        while len(self._tasks) > 1:
            await asyncio.sleep(0.001)  # Until the preconnected POST is the only one under way.
        return STORED


class Subscriber:
    def __init__(self, url, start, tell):
        self._subscriber = _load("subscriber").TrickleSubscriber(url, start_seq=start)

    async def read(self):
        segment = await self._subscriber.next()
        if segment is None:
            raise Ended(self._subscriber.last_error or "channel closed")
        return Response(segment)

    async def close(self):
        await self._subscriber.close()


class Response:
    def __init__(self, segment):
        self._segment = segment
        self.sequence = segment.seq()

    async def pieces(self):
        while data := await self._segment.read():
            yield data

    def release(self):
        asyncio.ensure_future(self._segment.close())
