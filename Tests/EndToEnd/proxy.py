"""A TCP proxy that does harm to what it passes on: there is no netem in every kernel. One process, asyncio.

    proxy.py LISTEN PORT [--to ADDRESS PORT] [--delay SECONDS] [--rate OCTETS] [--stall-after N] [--close-after N]
             [--reset] [--say TEXT]
"""
import argparse
import asyncio
import contextlib
import socket
import struct

FOREVER = 3600


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--to", nargs=2, help="where to; without it nothing is passed on")
    parser.add_argument("--delay", type=float, default=0, help="seconds before each piece, both ways")
    parser.add_argument("--rate", type=int, help="octets a second towards the client")
    parser.add_argument("--stall-after", type=int, help="say nothing more after so many octets to the client")
    parser.add_argument("--close-after", type=int, help="close after so many octets to the client")
    parser.add_argument("--reset", action="store_true", help="reset each connection as soon as it is made")
    parser.add_argument("--say", help="a line that is said first")
    return parser.parse_args()


class Harm:
    def __init__(self, options):
        self.options = options
        self.limit = next((n for n in (options.stall_after, options.close_after) if n is not None), None)

    async def serve(self):
        server = await asyncio.start_server(self.take, self.options.address, self.options.port, backlog=128)
        await server.serve_forever()

    async def take(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if self.options.reset:
                return self.reset(writer)
            if self.options.say:
                writer.write(self.options.say.encode() + b"\r\n")
                await writer.drain()
            if self.options.to is None:
                await asyncio.sleep(FOREVER)
            above = await asyncio.open_connection(self.options.to[0], int(self.options.to[1]))
            up = asyncio.create_task(self.up(reader, above[1]))
            with contextlib.suppress(OSError):
                await self.down(above[0], writer)
            up.cancel()
            above[1].close()
        writer.close()

    def reset(self, writer):
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    async def up(self, reader, writer):
        while data := await reader.read(65536):
            await asyncio.sleep(self.options.delay)
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    async def down(self, reader, writer):
        passed = 0
        while data := await reader.read(16 if self.options.rate else 65536):
            await asyncio.sleep(len(data) / self.options.rate if self.options.rate else self.options.delay)
            writer.write(data if self.limit is None else data[:self.limit - passed])
            await writer.drain()
            passed += len(data)
            if self.limit is not None and passed >= self.limit:
                return await asyncio.sleep(FOREVER if self.options.stall_after is not None else 0)


if __name__ == "__main__":
    asyncio.run(Harm(read_options()).serve())
