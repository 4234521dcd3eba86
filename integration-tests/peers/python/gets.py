"""GETs of segments, what their answers mean, and the loop that all Python subscribers of the field share."""

import asyncio

import aiohttp

RETRY_PAUSE_S = 0.5
ATTEMPTS = 5


class Ended(Exception):
    """There will be no more segments."""


class Refused(Exception):
    """The channel does not have that segment; its pointer is ``latest``."""

    def __init__(self, sequence, latest):
        super().__init__(f"no segment {sequence}, latest is {latest}")
        self.sequence = sequence
        self.latest = latest


class GaveUp(Exception):
    """Too many attempts at one segment have failed."""


class Response:
    """A segment whose head has arrived."""

    def __init__(self, response):
        self._response = response
        self.sequence = _number(response, "Lp-Trickle-Seq", -1)

    async def pieces(self):
        async for data in self._response.content.iter_any():
            yield data

    def release(self):
        self._response.release()


async def get(session, url, headers):
    response = await session.get(url, headers=headers)
    if response.status == 200 and not response.headers.get("Lp-Trickle-Closed"):
        return Response(response)
    try:
        raise await _refusal(response)
    finally:
        response.release()


async def _refusal(response):
    if response.headers.get("Lp-Trickle-Closed"):
        return Ended("channel closed")
    if response.status == 404:
        return Ended("channel not found")
    if response.status == 470:
        return Refused(_number(response, "Lp-Trickle-Seq", -1), _number(response, "Lp-Trickle-Latest", -1))
    return aiohttp.ClientPayloadError(f"status {response.status}: {await response.text()}")


def _number(response, header, otherwise):
    try:
        return int(response.headers.get(header, otherwise))
    except ValueError:
        return otherwise


class Subscriber:
    """Asks for the next segment as soon as the head of the current one is there."""

    def __init__(self, url, start, tell, headers):
        self._url = url
        self._headers = headers
        self._tell = tell
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))
        self._pending = None
        self.wanted = start

    async def read(self):
        """The next segment; raises Ended or GaveUp when there is none."""
        response = await (self._pending or self._request())
        if response.sequence >= 0:
            self.wanted = response.sequence + 1
        self._pending = asyncio.create_task(self._request())
        return response

    async def close(self):
        if self._pending:
            self._pending.cancel()
        await self._session.close()

    async def reposition(self, latest):
        """Chooses what to ask for after a refusal."""
        raise NotImplementedError

    async def _request(self):
        problem = None
        for _ in range(ATTEMPTS):
            try:
                return await get(self._session, f"{self._url}/{self.wanted}", self._headers)
            except Refused as e:
                problem = e
                self._tell("refused", sequence=e.sequence, latest=e.latest)
                await self.reposition(e.latest)
            except aiohttp.ClientError as e:
                problem = e
                await asyncio.sleep(RETRY_PAUSE_S)
        raise GaveUp(problem)
