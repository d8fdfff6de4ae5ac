/// Tells camera raw files that are built like a TIFF from pictures that are one. What a TIFF reader finds in them is a small preview,
/// or the sensor's numbers before any development.
enum RawProbe {
  private static let subfileType = 254
  private static let photometric = 262
  private static let maker = 271
  private static let subdirectories = 330
  private static let dngVersion = 50_706
  /// Photometric interpretations of sensors: a colour filter array, and linear raw.
  private static let sensor = [32_803, 34_892]

  /// The usual extension of such files, in capitals; nil for a picture.
  static func cameraRaw(_ bytes: ByteWindow) -> String? {
    var bytes = bytes
    guard let directory = TIFFProbe(&bytes) else { return nil }
    if directory.firstInteger(dngVersion, &bytes) != nil { return "DNG" }
    guard let make = directory.text(maker, &bytes) else { return nil }
    let isSensor = directory.firstInteger(photometric, &bytes).map(sensor.contains) ?? false
    // The first directory holds a preview, and others hang below it.
    let isPreview =
      directory.firstInteger(subfileType, &bytes) == 1 && directory.firstInteger(subdirectories, &bytes) != nil
    return isSensor || isPreview ? name(ofMaker: make) : nil
  }

  private static func name(ofMaker make: String) -> String {
    let names = [
      ("NIKON", "NEF"), ("SONY", "ARW"), ("PENTAX", "PEF"), ("RICOH", "PEF"), ("SAMSUNG", "SRW"),
      ("EPSON", "ERF"),
      ("HASSELBLAD", "3FR"), ("KODAK", "DCR"), ("MAMIYA", "MEF"), ("LEAF", "MOS"),
    ]
    return names.first { make.uppercased().hasPrefix($0.0) }?.1 ?? "TIFF based"
  }
}
