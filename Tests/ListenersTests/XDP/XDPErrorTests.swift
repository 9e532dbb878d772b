// What stands in the way of AF_XDP, in words.

import DNSCore
import Glibc
import TestSupport
import Testing

@testable import Listeners

@Suite struct XDPErrorTests {
    private func failure(_ interface: String) throws -> XDPError? {
        let world = try TestWorld(zone: "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n")
        do throws(XDPError) {
            _ = try XDPListener(
                interface: interface, places: [.init(address: .v4(0xc000_0235), port: 53)], state: world.state)
            return nil
        } catch { return error }
    }

    @Test func interfaceThatIsNotThere() throws {
        for name in ["nowhere0", "a-name-that-no-interface-can-have", ""] {
            let error = try #require(try failure(name))
            #expect(error.isMistake)
            #expect(error.description.hasPrefix("there is no network interface \(name) for AF_XDP; there are lo"))
        }
    }

    @Test func loopbackIsNoEthernet() throws {
        let error = try #require(try failure("lo"))
        #expect(!error.isMistake && error.description == "no AF_XDP on lo: it is no Ethernet interface")
    }

    @Test func interfacesWithVLANs() throws {
        let path = "/tmp/triagedns-vlans-\(getpid())"
        let file = unsafe fopen(path, "w")
        defer { _ = unsafe unlink(path) }
        unsafe fputs(
            """
            VLAN Dev name    | VLAN ID
            Name-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD
            eth0.5         | 5  | eth0
            uplink         | 7  | eth10\n
            """, file)
        unsafe fclose(file)
        #expect(NetworkInterface.hasVLANs("eth0", path: path) && NetworkInterface.hasVLANs("eth10", path: path))
        #expect(!NetworkInterface.hasVLANs("eth1", path: path) && !NetworkInterface.hasVLANs("uplink", path: path))
        #expect(!NetworkInterface.hasVLANs("eth0", path: "/nonexistent"))
    }

    @Test func words() {
        func text(_ code: Int32) -> String {
            XDPError(interface: "eth0", .system("cannot bind to queue 3", code)).description
        }
        #expect(text(EPERM).hasPrefix("no AF_XDP on eth0: this needs CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF"))
        #expect(
            text(EBUSY)
                == "no AF_XDP on eth0: another program uses XDP there; one that was left behind goes with "
                + "`ip link set eth0 xdp off`")
        #expect(
            text(EINVAL)
                == "no AF_XDP on eth0: cannot bind to queue 3: Invalid argument; it needs Linux 5.9 or later")
    }
}
