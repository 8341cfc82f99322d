#!/usr/bin/env python3
"""Derives the golden vectors of tickets, handshake and packet protection from docs/spec/pfs-udp.md.

It shares no line with the Java code: ciphers, X25519 and HKDF come from the Python package `cryptography`, Noise, CRC32C and base-32
are written out below. Run it from the repository's root to write the files anew; a clean working tree afterwards is the check.
"""

import hashlib
import hmac
import pathlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

HERE = pathlib.Path(__file__).parent
TARGET = HERE / "../src/main/resources/io/packetfs/interop/vectors"
HEAD = "# Derived from docs/spec/pfs-udp.md by interop/vectors/derive.py, which shares no line with the Java code:\n# {}\n"

AEADS = {0: ("AESGCM", AESGCM), 1: ("ChaChaPoly", ChaCha20Poly1305)}
INITIAL, REPLY, PROTECTED = 1, 2, 3


def sha256(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


def hmac256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def derive(secret, info):
    return HKDF(hashes.SHA256(), 32, None, info).derive(secret)


def expand(secret, info, length):
    return HKDFExpand(hashes.SHA256(), length, info).derive(secret)


def public(private):
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def agree(private, public_key):
    return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public_key))


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def header(kind, flags, payload_length, connection_id, number, version=1):
    return struct.pack("<BBHIQ", version << 4 | kind, flags, payload_length, connection_id, number)


def hex_lines(data, field="hex"):
    """Hex, 48 bytes a line, with runs of 32 zeros and more written as 00*N."""
    items, at = [], 0
    while at < len(data):
        run = at
        while run < len(data) and data[run] == 0:
            run += 1
        if run - at >= 32:
            items.append(f"00*{run - at}")
            at = run
            continue
        end = at + 1
        while end < len(data) and end - at < 48 and data[end:end + 32] != bytes(32):
            end += 1
        items.append(data[at:end].hex())
        at = end
    return "".join(f"{field}: {item}\n" for item in items)


def block(name, clause, *lines):
    return f"\nname: {name}\nclause: {clause}\n" + "".join(lines)


# Tickets (TKT)

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def base32(data):
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return "".join(ALPHABET[int(bits[i:i + 5], 2)] for i in range(0, len(bits), 5))


def address(ip, port):
    return bytes([4 if len(ip) == 4 else 6]) + ip + struct.pack("<H", port)


def ticket(content):
    return "pfs1" + base32(content + sha256(content)[:4])


def content(flags=0, ticket_id=0x1A2B3C4D, key=bytes(range(32)), secret=bytes(range(100, 116)), addresses=None, version=1, count=None):
    addresses = [address(bytes([192, 0, 2, 7]), 4433)] if addresses is None else addresses
    count = len(addresses) if count is None else count
    return struct.pack("<BBI", version, flags, ticket_id) + key + secret + bytes([count]) + b"".join(addresses)


def write_tickets():
    six = bytes.fromhex("20010db8000000000000000000000001")
    mapped = bytes(10) + b"\xff\xff" + bytes([192, 0, 2, 7])
    good = ticket(content())
    expect = "expect: flags {} id {} key {} secret {} addresses {}\n"
    key, secret = bytes(range(32)).hex(), bytes(range(100, 116)).hex()
    plain = expect.format(0, "1a2b3c4d", key, secret, "192.0.2.7:4433")
    text = HEAD.format("base-32 and check are written out there. Fields: text; expect, or reject with the kind.")
    text += block("one IPv4 address", "TKT-1", f"text: {good}\n", plain)
    text += block("IPv6 beside IPv4, ChaCha20, check-summed", "TKT-1",
                  f"text: {ticket(content(3, 0xFFFFFFFF, addresses=[address(six, 65535), address(bytes([10, 0, 0, 1]), 1)]))}\n",
                  expect.format(3, "ffffffff", key, secret, "2001:db8:0:0:0:0:0:1:65535 10.0.0.1:1"))
    text += block("sixteen addresses", "TKT-1",
                  f"text: {ticket(content(addresses=[address(bytes([10, 0, 0, i]), 9000 + i) for i in range(16)]))}\n",
                  expect.format(0, "1a2b3c4d", key, secret, " ".join(f"10.0.0.{i}:{9000 + i}" for i in range(16))))
    text += block("upper case", "TKT-2", f"text: {good.upper()}\n", plain)
    text += block("o for 0, l for 1", "TKT-2", f"text: {good.replace('0', 'o').replace('1', 'l')}\n", plain)
    text += block("I and L for 1, O for 0", "TKT-2", f"text: {good.replace('0', 'O').replace('1', 'I', 3).replace('1', 'L')}\n", plain)

    def reject(name, bad, kind="MALFORMED", clause="TKT-3"):
        return block(name, clause, f"text: {bad}\n", f"reject: {kind}\n")

    swapped = "0" if good[40] != "0" else "2"
    text += reject("one character mistyped", good[:40] + swapped + good[41:])
    text += reject("a character outside the alphabet", good[:40] + "u" + good[41:])
    text += reject("cut by one character", good[:-1])
    text += reject("cut by eight characters", good[:-8])
    text += reject("one character too many", good + "0")
    text += reject("prefix alone", "pfs1")
    text += reject("another prefix", "pfs2" + good[4:])
    filled = ALPHABET[ALPHABET.index(good[-1]) | 1]
    assert filled != good[-1]
    text += reject("a bit that fills the last character is set", good[:-1] + filled, clause="TKT-2")
    text += reject("an unknown flag", ticket(content(flags=4)))
    text += reject("no address", ticket(content(addresses=[])))
    text += reject("seventeen addresses", ticket(content(addresses=[address(bytes([10, 0, 0, 1]), 1)] * 17)))
    text += reject("fewer addresses than counted", ticket(content(count=2)))
    text += reject("more addresses than counted", ticket(content(addresses=[address(bytes(4), 1)] * 2, count=1)))
    text += reject("an address of kind 5", ticket(content(addresses=[b"\x05" + bytes(4) + b"\x01\x00"])))
    text += reject("port 0", ticket(content(addresses=[address(bytes([192, 0, 2, 7]), 0)])))
    text += reject("an IPv4 address in IPv6 form", ticket(content(addresses=[address(mapped, 4433)])))
    text += reject("version 2", ticket(content(version=2)), "VERSION")
    text += reject("version 0", ticket(content(version=0)), "VERSION")
    (TARGET / "tickets.txt").write_text(text)


# Handshake (HSK)

TICKET_ID = 0x1A2B3C4D
STATIC, SECRET = bytes(range(1, 33)), bytes(range(200, 216))
INIT_EPHEMERAL, RESP_EPHEMERAL = bytes(range(33, 65)), bytes(range(65, 97))


def parameters(connection_id, datagram=1472, window=4096):
    return struct.pack("<IHHQIIIHHIIQ", connection_id, 1, datagram, 1 << 20, window, 1 << 20, 256 << 10, 1024, 0, 30000, 25000, 0)


CLIENT, SERVER = parameters(0xC11E), parameters(0x5E4E, datagram=9000)


class Noise:
    """NKpsk0 as the Noise specification, revision 34, words it."""

    def __init__(self, suite, prologue):
        name = f"Noise_NKpsk0_25519_{AEADS[suite][0]}_SHA256".encode()
        self.aead = AEADS[suite][1]
        self.h = name.ljust(32, b"\0") if len(name) <= 32 else sha256(name)
        self.ck = self.h
        self.mix_hash(prologue)
        self.mix_hash(public(STATIC))

    def mix_hash(self, data):
        self.h = sha256(self.h, data)

    def hkdf(self, data, count):
        temp, outputs, last = hmac256(self.ck, data), [], b""
        for i in range(1, count + 1):
            last = hmac256(temp, last + bytes([i]))
            outputs.append(last)
        return outputs

    def mix_key(self, data):
        self.ck, self.key = self.hkdf(data, 2)

    def mix_ephemeral(self, key):
        self.mix_hash(key)
        self.mix_key(key)

    def seal(self, plain):
        sealed = self.aead(self.key).encrypt(bytes(12), plain, self.h)
        self.mix_hash(sealed)
        return sealed

    def first(self, payload):
        self.ck, mixed, self.key = self.hkdf(derive(SECRET, b"pfs-udp 1 psk"), 3)
        self.mix_hash(mixed)
        self.mix_ephemeral(public(INIT_EPHEMERAL))
        self.mix_key(agree(INIT_EPHEMERAL, public(STATIC)))
        return public(INIT_EPHEMERAL) + self.seal(payload)

    def second(self, payload):
        self.mix_ephemeral(public(RESP_EPHEMERAL))
        self.mix_key(agree(RESP_EPHEMERAL, public(INIT_EPHEMERAL)))
        return public(RESP_EPHEMERAL) + self.seal(payload)


def prologue(flags):
    return b"pfs-udp/1" + bytes([0x11, flags, 0])


def with_mac(datagram):
    return datagram + hmac256(derive(SECRET, b"pfs-udp 1 mac"), datagram)[:16]


def initial(message, flags, size=1200, message_length=None, reserved=bytes(6), filling=None, head=None):
    length = len(message) if message_length is None else message_length
    body = struct.pack("<H", length) + reserved + message
    filling = bytes(size - 16 - 16 - len(body)) if filling is None else filling
    head = header(INITIAL, flags, size - 16, TICKET_ID, 0) if head is None else head
    return with_mac(head + body + filling)


def reply(message, flags, connection_id=0xC11E, extra=b"", reserved=bytes(6), kind=REPLY, number=0):
    body = struct.pack("<H", len(message)) + reserved + message + extra
    return header(kind, flags, len(body), connection_id, number) + body


def setting(flags):
    return (f"suite: {['AES_256_GCM', 'CHACHA20_POLY1305'][flags & 3]}\nchecksummed: {'true' if flags & 4 else 'false'}\n"
            f"ticket_id: {TICKET_ID:08x}\nstatic_private: {STATIC.hex()}\nsecret: {SECRET.hex()}\n"
            f"initiator_ephemeral: {INIT_EPHEMERAL.hex()}\nresponder_ephemeral: {RESP_EPHEMERAL.hex()}\n"
            f"initiator_parameters: {CLIENT.hex()}\nresponder_parameters: {SERVER.hex()}\n")


def write_handshake():
    text = HEAD.format("Noise and the layouts are written out there, X25519 and the AEADs are those of Python's `cryptography`.")
    text += "# A handshake gives all secrets, both datagrams and the secrets that Split() yields. initial-reject and reply-reject are\n"
    text += "# datagrams for the first handshake's ticket and connection; they are met with silence. Their MAC is right unless it is the point.\n"
    for name, flags in (("sealed with AES-256-GCM", 0), ("sealed with ChaCha20-Poly1305", 1), ("check-summed", 4)):
        noise = Noise(flags & 3, prologue(flags))
        first = initial(noise.first(CLIENT), flags)
        second = reply(noise.second(SERVER), flags)
        secrets = noise.hkdf(b"", 2)
        text += block(name, "HSK-1", "kind: handshake\n", setting(flags), hex_lines(first, "initial"), hex_lines(second, "reply"),
                      f"initiator_secret: {secrets[0].hex()}\nresponder_secret: {secrets[1].hex()}\n")

    def first(payload=CLIENT, flags=0):
        return Noise(flags & 3, prologue(flags)).first(payload)

    good = initial(first(), 0)
    longest = initial(first(), 0, size=1472)
    rejects = [
        ("a wrong MAC", "HSK-4", good[:-1] + bytes([good[-1] ^ 1])),
        ("1199 bytes", "HSK-2", initial(first(), 0, size=1199)),
        ("1473 bytes", "HSK-2", initial(first(), 0, size=1473)),
        ("shorter than its header says", "HDR-2", good[:-1]),
        ("version 2", "HDR-1", initial(first(), 0, head=header(INITIAL, 0, 1184, TICKET_ID, 0, version=2))),
        ("type REPLY", "HDR-1", initial(first(), 0, head=header(REPLY, 0, 1184, TICKET_ID, 0))),
        ("another ticket", "HDR-4", initial(first(), 0, head=header(INITIAL, 0, 1184, TICKET_ID + 1, 0))),
        ("a packet number", "HDR-6", initial(first(), 0, head=header(INITIAL, 0, 1184, TICKET_ID, 1))),
        ("another suite", "HSK-4", initial(first(flags=1), 1)),
        ("asking for check sums", "PRT-6", initial(first(flags=4), 4)),
        ("a prologue that asks for check sums under a header that does not", "HSK-1", initial(first(flags=4), 0)),
        ("an unknown suite", "HDR-5", initial(first(), 2)),
        ("a reserved flag", "HDR-5", initial(first(), 8)),
        ("a reserved field before the message", "HSK-2", initial(first(), 0, reserved=bytes(5) + b"\1")),
        ("a message that runs into the MAC", "HSK-2", initial(first(), 0, message_length=1161)),
        ("a message shorter than a key and a tag", "HSK-2", initial(first()[:47], 0)),
        ("filling that is not zero", "HSK-2", initial(first(), 0, filling=bytes(1063) + b"\1")),
        ("a damaged Noise message", "HSK-4", initial(first()[:-1] + b"\0", 0)),
        ("an ephemeral key of small order", "HSK-1", initial(bytes(32) + first()[32:], 0)),
        ("parameters out of range: gram window 100", "PAR-3", initial(first(parameters(0xC11E, window=100)), 0)),
        ("parameters with connection id 0", "PAR-1", initial(first(parameters(0)), 0)),
        ("parameters cut short", "PAR-1", initial(first(CLIENT[:47]), 0)),
    ]
    text += block("the longest INITIAL", "HSK-2", "kind: initial-accept\n", hex_lines(longest))
    for name, clause, datagram in rejects:
        text += block(name, clause, "kind: initial-reject\n", hex_lines(datagram))

    def second(payload=SERVER):
        noise = Noise(0, prologue(0))
        noise.first(CLIENT)
        return noise.second(payload)

    good = reply(second(), 0)
    rejects = [
        ("cut by one byte", "HDR-2", good[:-1]),
        ("to another connection", "HDR-4", reply(second(), 0, connection_id=0xC11F)),
        ("with other flags", "HDR-5", reply(second(), 4)),
        ("of type INITIAL", "HDR-1", reply(second(), 0, kind=INITIAL)),
        ("with a packet number", "HDR-6", reply(second(), 0, number=1)),
        ("with a byte behind the message", "HSK-3", reply(second(), 0, extra=b"\0")),
        ("with a reserved field set", "HSK-3", reply(second(), 0, reserved=b"\1" + bytes(5))),
        ("with a damaged message", "HSK-3", reply(second()[:-1] + b"\0", 0)),
    ]
    for name, clause, datagram in rejects:
        text += block("REPLY " + name, clause, "kind: reply-reject\n", hex_lines(datagram))
    text += block("REPLY with parameters out of range", "PAR-3", "kind: reply-fail\n", hex_lines(reply(second(parameters(1, datagram=1199)), 0)))
    (TARGET / "handshake.txt").write_text(text)


# Packet protection (PRT)

def sealed(suite, secret, number, packet):
    for _ in range(number >> 22):
        secret = expand(secret, b"pfs-udp 1 next", 32)
    key, iv = expand(secret, b"pfs-udp 1 key", 32), expand(secret, b"pfs-udp 1 iv", 12)
    nonce = iv[:4] + bytes(a ^ b for a, b in zip(iv[4:], struct.pack(">Q", number)))
    return packet[:16] + AEADS[suite][1](key).encrypt(nonce, packet[16:], packet[:16])


def write_protection():
    text = HEAD.format("HKDF and the AEADs are those of Python's `cryptography`, CRC32C is written out there.")
    text += "# Each block: a direction's secret, a packet number, header and frames, and the packet as it travels. Blocks with `reject` give\n"
    text += "# a packet that is not to be opened by a receiver that has opened nothing, or the packet numbered `after`.\n"
    secret = sha256(b"a direction's secret")
    frames = bytes([1]) + bytes(7)
    numbers = [0, 1, (1 << 22) - 1, 1 << 22, (3 << 22) + 5]
    for suite, name in ((0, "AES_256_GCM"), (1, "CHACHA20_POLY1305")):
        for number in numbers:
            packet = header(PROTECTED, 0, len(frames) + 16, 0x5E4E, number) + frames
            text += block(f"{name}, number {number}, generation {number >> 22}", "PRT-2" if number >> 22 else "PRT-4",
                          f"suite: {name}\nsecret: {secret.hex()}\nnumber: {number}\nplain: {packet.hex()}\n",
                          f"packet: {sealed(suite, secret, number, packet).hex()}\n")
        chunk = bytes.fromhex("1100" "8005" "00000000" "0000000000000000" "0000000000000000" "0100" "4000" "80050000") + bytes(range(256)) * 5 + bytes(128)
        packet = header(PROTECTED, 0, len(chunk) + 16, 0x5E4E, 77) + chunk
        assert len(packet) + 16 == 1472
        text += block(f"{name}, a full datagram of 1472 bytes", "CHK-7",
                      f"suite: {name}\nsecret: {secret.hex()}\nnumber: 77\n", hex_lines(packet, "plain"),
                      hex_lines(sealed(suite, secret, 77, packet), "packet"))

        def reject(title, clause, data, number, after=None):
            line = "" if after is None else f"after: {after}\n"
            return block(f"{name}, {title}", clause, f"suite: {name}\nsecret: {secret.hex()}\nnumber: {number}\n", line,
                         f"packet: {data.hex()}\nreject: true\n")

        packet = header(PROTECTED, 0, len(frames) + 16, 0x5E4E, 9) + frames
        good = sealed(suite, secret, 9, packet)
        text += reject("a damaged tag", "PRT-4", good[:-1] + bytes([good[-1] ^ 1]), 9)
        text += reject("a damaged header", "PRT-4", good[:4] + bytes([good[4] ^ 1]) + good[5:], 9)
        text += reject("damaged frames", "PRT-4", good[:16] + bytes([good[16] ^ 0x80]) + good[17:], 9)
        text += reject("shorter than a tag", "PRT-5", good[:31], 9)
        text += reject("sealed under another number", "PRT-4", sealed(suite, secret, 10, packet), 9)
        far = header(PROTECTED, 0, len(frames) + 16, 0x5E4E, 2 << 22) + frames
        text += reject("two generations ahead", "PRT-3", sealed(suite, secret, 2 << 22, far), 2 << 22)
        text += reject("two generations behind", "PRT-3", good, 9, after=2 << 22)
        wrong = header(PROTECTED, 0, len(frames) + 16, 0x5E4E, 1 << 22) + frames
        key0 = AEADS[suite][1](expand(secret, b"pfs-udp 1 key", 32))
        iv0 = expand(secret, b"pfs-udp 1 iv", 12)
        nonce = iv0[:4] + bytes(a ^ b for a, b in zip(iv0[4:], struct.pack(">Q", 1 << 22)))
        text += reject("generation 1 under the keys of generation 0", "PRT-2",
                       wrong[:16] + key0.encrypt(nonce, wrong[16:], wrong[:16]), 1 << 22)

    packet = header(PROTECTED, 0, len(frames) + 4, 0x5E4E, 5) + frames
    good = packet + struct.pack("<I", crc32c(packet))
    assert crc32c(b"123456789") == 0xE3069283
    common = f"suite: CHECKSUM\nsecret: {secret.hex()}\nnumber: 5\n"
    text += block("check-summed", "PRT-6", common, f"plain: {packet.hex()}\npacket: {good.hex()}\n")
    text += block("check-summed, a damaged byte", "PRT-6", common, f"packet: {(good[:20] + bytes([good[20] ^ 4]) + good[21:]).hex()}\nreject: true\n")
    text += block("check-summed, a damaged sum", "PRT-6", common, f"packet: {(good[:-1] + bytes([good[-1] ^ 4])).hex()}\nreject: true\n")
    text += block("check-summed, shorter than a sum", "PRT-6", common, f"packet: {good[:19].hex()}\nreject: true\n")
    (TARGET / "protection.txt").write_text(text)


if __name__ == "__main__":
    write_tickets()
    write_handshake()
    write_protection()
