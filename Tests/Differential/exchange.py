"""Asks one server many things at once over UDP and TCP, and gives every question its answer or None."""
import select
import socket
import struct
import time

WINDOW = 48


def ask_udp(address, messages, seconds=1.0, tries=3):
    """Answers in the order of `messages`, each with an ID of its own in the window. Lost ones are asked again.

    Returns (answers, how many were lost in the first try).
    """
    answers, lost = [None] * len(messages), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        s.connect(address)
        s.setblocking(False)
        todo = list(range(len(messages)))
        for attempt in range(tries):
            for start in range(0, len(todo), WINDOW):
                _window(s, todo[start:start + WINDOW], messages, answers, seconds)
            todo = [index for index in todo if answers[index] is None]
            lost += len(todo) if attempt == 0 else 0
            if not todo:
                break
    return answers, lost


def _window(s, indices, messages, answers, seconds):
    waiting = {struct.unpack_from(">H", messages[index])[0]: index for index in indices}
    for index in indices:
        try:
            s.send(messages[index])
        except OSError:
            pass
    deadline = time.monotonic() + seconds
    while waiting:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([s], [], [], left)[0]:
            return
        try:
            wire = s.recv(65535)
        except OSError:
            return
        index = waiting.pop(struct.unpack_from(">H", wire)[0] if len(wire) > 1 else -1, None)
        if index is not None:
            answers[index] = wire


def ask_tcp(address, messages, seconds=5.0):
    """The same over TCP: batches of pipelined queries, a connection for each batch (RFC 7766 section 6.2.1.1)."""
    answers, lost = [None] * len(messages), 0
    todo = list(range(len(messages)))
    for attempt in range(2):
        for start in range(0, len(todo), WINDOW):
            _connection(address, todo[start:start + WINDOW], messages, answers, seconds)
        todo = [index for index in todo if answers[index] is None]
        lost += len(todo) if attempt == 0 else 0
    return answers, lost


def _connection(address, indices, messages, answers, seconds):
    waiting = {struct.unpack_from(">H", messages[index])[0]: index for index in indices}
    try:
        with socket.create_connection(address, timeout=seconds) as s:
            s.sendall(b"".join(struct.pack(">H", len(messages[i])) + messages[i] for i in indices))
            data = b""
            while waiting:
                more = s.recv(65535)
                if not more:
                    return
                data += more
                while len(data) >= 2 and len(data) >= 2 + struct.unpack_from(">H", data)[0]:
                    length = struct.unpack_from(">H", data)[0]
                    wire, data = data[2:2 + length], data[2 + length:]
                    index = waiting.pop(struct.unpack_from(">H", wire)[0] if len(wire) > 1 else -1, None)
                    if index is not None:
                        answers[index] = wire
    except OSError:
        return


def ask_tcp_one_by_one(address, messages, seconds=1.0, tries=1):
    """Over TCP, each message on a connection of its own, WINDOW of them at once: what one does to its connection does
    not touch the others."""
    answers = [None] * len(messages)
    for _ in range(tries):
        todo = [index for index, answer in enumerate(answers) if answer is None]
        for start in range(0, len(todo), WINDOW):
            _connections(address, todo[start:start + WINDOW], messages, answers, seconds)
    return answers, 0


def _connections(address, indices, messages, answers, seconds):
    poll, waiting = select.poll(), {}
    for index in indices:
        try:
            s = socket.create_connection(address, timeout=max(2, seconds))
            s.sendall(struct.pack(">H", len(messages[index])) + messages[index])
        except OSError:
            continue
        waiting[s.fileno()] = (s, index, bytearray())
        poll.register(s, select.POLLIN)
    deadline = time.monotonic() + seconds
    while waiting and time.monotonic() < deadline:
        for number, _ in poll.poll(max(0, 1000 * (deadline - time.monotonic()))):
            s, index, data = waiting[number]
            try:
                more = s.recv(65535)
            except OSError:
                more = b""
            data += more
            if len(data) >= 2 and len(data) >= 2 + struct.unpack_from(">H", data)[0]:
                answers[index] = bytes(data[2:2 + struct.unpack_from(">H", data)[0]])
            elif more:
                continue
            poll.unregister(number)
            del waiting[number]
            s.close()
    for s, _, _ in waiting.values():
        s.close()
