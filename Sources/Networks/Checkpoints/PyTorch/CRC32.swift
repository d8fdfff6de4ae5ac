import Foundation

/// The checksum of zip entries: ISO 3309, polynomial 0x04C11DB7.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  static func of(_ data: Data) -> UInt32 {
    data.withUnsafeBytes { bytes in
      table.withUnsafeBufferPointer { table in
        var sum = UInt32.max
        for byte in bytes { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
        return ~sum
      }
    }
  }
}
