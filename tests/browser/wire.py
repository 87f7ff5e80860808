"""A wire between a browser and the document socket that can be cut, put to sleep, or closed with a code."""

from playwright.sync_api import BrowserContext, WebSocketRoute

SKEW = """(() => {
  const now = Date.now
  window.skew = 0
  Date.now = () => now() + window.skew
})()"""


class Wire:
    """All document sockets of a person's browser. `sent` holds the sizes of the frames that the browser sent."""

    def __init__(self, context: BrowserContext):
        self.code = 0
        self.live: list[WebSocketRoute] = []
        self.asleep: set[int] = set()
        self.closed: set[int] = set()
        self.sent: list[int] = []
        context.route_web_socket("**/ws/v1/documents/**", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self.code:
            socket.close(code=self.code)
            return
        server = socket.connect_to_server()
        number = len(self.live)
        self.live.append(socket)
        socket.on_message(lambda message: self._up(number, server, message))
        server.on_message(lambda message: number in self.asleep or socket.send(message))

    def _up(self, number: int, server: WebSocketRoute, message: bytes) -> None:
        if number not in self.asleep:
            self.sent.append(len(message))
            server.send(message)

    def close(self, code: int) -> None:
        """Close with this code, now and whenever the browser connects again."""
        self.code = code
        for number, socket in enumerate(self.live):
            if number not in self.closed:
                socket.close(code=code)
        self.closed.update(range(len(self.live)))

    def mend(self) -> None:
        """Let new connections through."""
        self.code = 0

    def sleep(self) -> None:
        """Let the connections that there are go dead without a word, as behind a closed lid."""
        self.asleep.update(range(len(self.live)))
