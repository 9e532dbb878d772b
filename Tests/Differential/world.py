"""The zones of one directory, which all servers serve at once, and what is in them."""
import collections

import exchange
import message
import peers
import questions


class World:
    def __init__(self, directory):
        self.directory = directory
        self.zones = [questions.Zone(name, path) for name, path in peers.zone_files(directory).items()]
        self.apexes = {zone.apex for zone in self.zones}

    def holds(self, record):
        """Whether a record is in a zone as it stands."""
        return any((record.owner, record.type, record.data.lower()) in zone.records for zone in self.zones)

    def has(self, record):
        """Whether a record is in a zone, as it stands or through a wildcard."""
        kind, data = record.type, record.data.lower()
        if self.holds(record):
            return True
        for zone in self.zones:
            name = record.owner
            while message.is_below(name, zone.apex) and name != zone.apex:
                name = message.parent(name)
                if (b"\1*" + name, kind, data) in zone.records:
                    return True
        return False

    def enclosing(self, name):
        """The zones that `name` is in or below."""
        found = {name} & self.apexes
        while name != b"\0":
            name = message.parent(name)
            found |= {name} & self.apexes
        return found

    def hides_under_dname(self, name):
        """Whether `name` is below a DNAME of a zone that, against RFC 6672 section 2.4, has data below that DNAME."""
        for zone in self.zones:
            for owner, types in zone.nodes.items():
                if message.DNAME in types and name != owner and message.is_below(name, owner):
                    if any(other != owner and message.is_below(other, owner) for other in zone.nodes):
                        return True
        return False

    def addresses(self, name, owner):
        """(name, type) of the addresses of `name`, if it is in the same zone as `owner` and not at or below a cut."""
        zone = max((zone for zone in self.zones if message.is_below(owner, zone.apex)), key=lambda zone: len(zone.apex))
        if not message.is_below(name, zone.apex) or any(len(apex) > len(zone.apex) and message.is_below(name, apex)
                                                        for apex in self.apexes):
            return set()
        above = name
        while above != zone.apex:
            types = zone.nodes.get(above, set())
            if message.NS in types or message.DNAME in types and above != name:
                return set()
            above = message.parent(above)
        return {(name, kind) for kind in zone.nodes.get(name, set()) & {1, 28}}

    def unserved(self, servers):
        """{server: zones that it could not load}."""
        found = collections.defaultdict(set)
        for server in servers:
            asked = [message.query(zone.apex, message.SOA, ident=index) for index, zone in enumerate(self.zones)]
            for zone, wire in zip(self.zones, exchange.ask_udp(server.address, asked)[0]):
                reply = message.Message(wire) if wire else None
                if not reply or not any(r.type == message.SOA and r.owner == zone.apex for r in reply.answer):
                    found[server.name].add(zone.apex)
        return found
