"""One POST whose body is fed from a queue, as every Python publisher of the field does it."""

import asyncio

import aiohttp

STORED = "stored"
CHANNEL_NOT_FOUND = "channel not found"
CHANNEL_CLOSED = "channel closed"

_END = None


class Post:
    """A segment on its way. The request starts with the object, the body with the first write."""

    def __init__(self, session, url, sequence, headers):
        self.sequence = sequence
        self._url = url
        self._queue = asyncio.Queue(maxsize=1)
        self._answer = asyncio.create_task(self._send(session, headers))

    async def write(self, data):
        """Hands bytes over. A refused request takes none; its outcome says why."""
        put = asyncio.ensure_future(self._queue.put(data))
        await asyncio.wait({put, self._answer}, return_when=asyncio.FIRST_COMPLETED)
        put.cancel()

    async def finish(self):
        """Ends the body and returns the outcome."""
        await self.write(_END)
        return await self._answer

    async def abandon(self):
        """Cuts the connection, if the request is still under way."""
        self._answer.cancel()
        await asyncio.wait({self._answer})

    async def _send(self, session, headers):
        try:
            async with session.post(self._url, headers=headers, data=self._body()) as response:
                return await _outcome(response)
        except aiohttp.ClientError as e:
            return f"failed: {type(e).__name__} {e}"

    async def _body(self):
        while True:
            data = await self._queue.get()
            if data is _END:
                return
            yield data


async def _outcome(response):
    text = await response.text()
    if response.headers.get("Lp-Trickle-Closed"):
        return CHANNEL_CLOSED
    if response.status == 404:
        return CHANNEL_NOT_FOUND
    return STORED if response.status == 200 else f"failed: status {response.status} {text}"


async def delete(session, url):
    """Deletes a channel; one that is gone already is as good."""
    async with session.delete(url) as response:
        await response.read()
        return STORED if response.status in (200, 400, 404) else f"failed: status {response.status}"
