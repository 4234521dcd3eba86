"""Publisher and subscriber in the request pattern of the runners: a fresh connection for every segment."""

import asyncio

import aiohttp

import gets
from posts import Post, delete

HEADERS = {"Connection": "close"}


class Publisher:
    """Numbers from 0. The first request goes out with the first segment, each later one in the background."""

    def __init__(self, url, content_type):
        self._url = url
        self._headers = {**HEADERS, "Content-Type": content_type}
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))
        self._sequence = 0
        self._pending = None
        self._preconnect_task = None

    async def next(self):
        if self._preconnect_task:
            await self._preconnect_task
        post = self._pending or self._post()
        self._preconnect_task = asyncio.create_task(self._preconnect())
        return post

    async def close(self):
        """Ends the preconnected POST empty and deletes the channel, both at once."""
        if self._preconnect_task:
            await self._preconnect_task
        ending = asyncio.create_task(self._pending.finish()) if self._pending else None
        outcome = await delete(self._session, self._url)
        if ending:
            await asyncio.wait({ending})
        await self._session.close()
        return outcome

    async def _preconnect(self):
        self._pending = self._post()

    def _post(self):
        post = Post(self._session, f"{self._url}/{self._sequence}", self._sequence, self._headers)
        self._sequence += 1
        return post


class Subscriber(gets.Subscriber):
    """Jumps to the latest number at once when a segment is not there."""

    def __init__(self, url, start, tell):
        super().__init__(url, start, tell, HEADERS)

    async def reposition(self, latest):
        self.wanted = latest
