// Which of two zone serials is the newer one (RFC 1982 §3.2): numbers on a circle of 2^32.

/// Arithmetic on the SERIAL field of SOA records.
public enum SerialNumber {
    /// Whether `serial` comes after `former`. Of two serials that are exactly 2^31 apart neither does.
    public static func isNewer(_ serial: UInt32, than former: UInt32) -> Bool {
        serial != former && serial &- former < 1 << 31
    }
}
