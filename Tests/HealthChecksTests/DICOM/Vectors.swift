// Units as they went over the wire between a prober and Orthanc 1.10.1, and a helper to write octets.

/// Octets from hexadecimal text; anything but digits is skipped.
func octets(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

enum Vector {
    /// PS3.8 §9.3.2, Table 9-11.
    static let request = octets(
        """
        01 00 00 00 00 d7 00 01 00 00 4f 52 54 48 41 4e 43 20 20 20 20 20 20 20 20 20 50 52 4f 42 45 52
        20 20 20 20 20 20 20 20 20 20 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 10 00 00 15 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 33 2e 31 2e
        31 2e 31 20 00 00 2e 01 00 00 00 30 00 00 11 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 31
        40 00 00 11 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 32 50 00 00 44 51 00 00 04 00 00 40
        00 52 00 00 2c 32 2e 32 35 2e 33 30 32 30 34 33 37 39 30 31 37 32 32 34 39 36 39 32 35 32 36 33
        32 31 36 32 33 32 36 36 37 35 32 37 34 33 35 30 31 55 00 00 08 44 4e 53 4c 41 42 5f 31
        """)

    /// PS3.8 §9.3.3, from Orthanc.
    static let accept = octets(
        """
        02 00 00 00 00 b8 00 01 00 00 4f 52 54 48 41 4e 43 20 20 20 20 20 20 20 20 20 50 52 4f 42 45 52
        20 20 20 20 20 20 20 20 20 20 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 10 00 00 15 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 33 2e 31 2e
        31 2e 31 21 00 00 19 01 00 00 00 40 00 00 11 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 32
        50 00 00 3a 51 00 00 04 00 00 40 00 52 00 00 1b 31 2e 32 2e 32 37 36 2e 30 2e 37 32 33 30 30 31
        30 2e 33 2e 30 2e 33 2e 36 2e 37 55 00 00 0f 4f 46 46 49 53 5f 44 43 4d 54 4b 5f 33 36 37
        """)

    /// PS3.8 §9.3.5 with PS3.7 §9.3.5.1.
    static let echoRequest = octets(
        """
        04 00 00 00 00 4a 00 00 00 46 01 03 00 00 00 00 04 00 00 00 38 00 00 00 00 00 02 00 12 00 00 00
        31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 31 00 00 00 00 01 02 00 00 00 30 00 00 00 10 01
        02 00 00 00 01 00 00 00 00 08 02 00 00 00 01 01
        """)

    /// PS3.8 §9.3.5 with PS3.7 §9.3.5.2.
    static let echoResponse = octets(
        """
        04 00 00 00 00 54 00 00 00 50 01 03 00 00 00 00 04 00 00 00 42 00 00 00 00 00 02 00 12 00 00 00
        31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 31 00 00 00 00 01 02 00 00 00 30 80 00 00 20 01
        02 00 00 00 01 00 00 00 00 08 02 00 00 00 01 01 00 00 00 09 02 00 00 00 00 00
        """)

    static let releaseRequest = octets("05 00 00 00 00 04 00 00 00 00")
    static let releaseReply = octets("06 00 00 00 00 04 00 00 00 00")
    /// PS3.8 §9.3.4: permanent, by the user, called AE title not recognized.
    static let reject = octets("03 00 00 00 00 04 00 01 01 07")
    /// PS3.8 §9.3.8: by the user.
    static let abort = octets("07 00 00 00 00 04 00 00 00 00")
}
