"""Publisher and subscriber in the request pattern of the Python gateway: keep-alive, and a reset at the start."""

import asyncio

import aiohttp

import gets
from posts import Post, delete

BEHIND_PAUSE_S = 0.25


class Publisher:
    """Asks where the channel stands, and ends with its first request whatever was left open before."""

    def __init__(self, url, content_type):
        self._url = url
        self._headers = {"Content-Type": content_type}
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))
        self._sequence = None
        self._handed_out = None
        self._pending = None

    async def next(self):
        if self._sequence is None:
            self._sequence = await self._ask_next()
            self._pending = self._post({**self._headers, "Lp-Trickle-Reset": "1"})
        self._handed_out = self._pending
        self._pending = self._post(self._headers)
        return self._handed_out

    async def close(self):
        """Cancels what is unfinished and deletes the channel."""
        for post in filter(None, [self._handed_out, self._pending]):
            await post.abandon()
        outcome = await delete(self._session, self._url)
        await self._session.close()
        return outcome

    async def _ask_next(self):
        async with self._session.get(f"{self._url}/next") as response:
            response.raise_for_status()
            return int(response.headers["Lp-Trickle-Latest"])

    def _post(self, headers):
        post = Post(self._session, f"{self._url}/{self._sequence}", self._sequence, headers)
        self._sequence += 1
        return post


class Subscriber(gets.Subscriber):
    """Believes that it is ahead when the latest number is below the wanted one, and asks for the same again."""

    def __init__(self, url, start, tell):
        super().__init__(url, start, tell, {})

    async def reposition(self, latest):
        if latest < self.wanted:
            await asyncio.sleep(BEHIND_PAUSE_S)
        else:
            self.wanted = latest
