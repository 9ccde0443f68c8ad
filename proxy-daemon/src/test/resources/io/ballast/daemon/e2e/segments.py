"""Sends and takes many datagrams as one packet, as QUIC servers do (UDP_SEGMENT). Used by UdpSegmentsIT.

serve ADDRESS PORT: answers with all that came once everything is there.
ask ADDRESS PORT: sends everything at once; prints how long the answer's datagrams are.
"""

import socket
import sys

UDP_SEGMENT = 103
SEGMENT = 1200
EVERYTHING = bytes(i * 7 % 251 for i in range(40 * SEGMENT - 100))


def everything(from_socket):
    """The datagrams until all bytes are there, and who sent them."""
    parts = []
    while sum(map(len, parts)) < len(EVERYTHING):
        part, sender = from_socket.recvfrom(65536)
        parts.append(part)
    return parts, sender


def main(mode, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
        datagrams.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, SEGMENT)
        if mode == "serve":
            datagrams.bind((address, int(port)))
            print("serving", flush=True)
            while True:
                parts, client = everything(datagrams)
                datagrams.sendto(b"".join(parts), client)
        datagrams.settimeout(20)
        datagrams.sendto(EVERYTHING, (address, int(port)))
        parts, server = everything(datagrams)
        if b"".join(parts) != EVERYTHING or server[:2] != (address, int(port)):
            sys.exit(f"another answer, or from elsewhere: {server}")
        print(*map(len, parts))


main(*sys.argv[1:])
