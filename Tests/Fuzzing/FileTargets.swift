import Foundation
import Geometry
import Imaging
import Manifests
import Networks
import SystemPackage

/// Every tensor is read, and a model is built where there is a card.
@Sendable func fuzzSafetensors(_ bytes: [UInt8]) {
  guard let file = try? Safetensors(bytes: Data(bytes), origin: "fuzz") else { return }
  for (name, entry) in file.entries where entry.range.count < 1 << 20 { _ = try? file.tensor(name) }
  _ = try? Model(file)
}

@Sendable func fuzzPickle(_ bytes: [UInt8]) {
  guard let checkpoint = try? PyTorchCheckpoint(bytes: Data(bytes), origin: "fuzz") else { return }
  _ = try? ModelImport(checkpoint)
}

@Sendable func fuzzManifest(_ bytes: [UInt8]) {
  let path = FilePath("/dev/shm/viewfinder-fuzz-\(getpid()).jsonl")
  guard (try? Data(bytes).write(to: URL(fileURLWithPath: path.string))) != nil else { return }
  defer { try? FileManager.default.removeItem(atPath: path.string) }
  guard let contents = try? Manifest.read(path) else { return }
  precondition(contents.wholeBytes <= bytes.count + 1)
}

/// Corrections that read are written out and read again: to the same.
@Sendable func fuzzCorrections(_ bytes: [UInt8]) {
  let path = FilePath("/dev/shm/viewfinder-fuzz-\(getpid()).json")
  defer { try? FileManager.default.removeItem(atPath: path.string) }
  guard (try? Data(bytes).write(to: URL(fileURLWithPath: path.string))) != nil,
    var corrections = try? Corrections(contentsOf: path), (try? corrections.write(to: path)) != nil
  else { return }
  let again = try? Corrections(contentsOf: path)
  precondition(again == corrections, "a round trip changes the corrections")
  corrections.add(corrections)
  precondition(again == corrections, "corrections that are there already change nothing")
}

/// Header, pixels at full size and at an eighth, a part of them, and metadata.
@Sendable func fuzzDecode(_ bytes: [UInt8]) {
  let limits = ImageLimits(bytes: 1 << 20, pixels: 1 << 20, pages: 20)
  guard let file = try? ImageBytes(bytes), let header = try? HeaderReader.read(file, limits: limits) else {
    return
  }
  for shrink in [1, 8] {
    guard let picture = try? Decoder.decode(file, header: header, shrink: shrink) else { continue }
    precondition(picture.byteCount == 3 * picture.size.area)
  }
  let upright = header.upright
  let part = PixelBox(
    x: upright.width / 3, y: upright.height / 3, width: max(1, upright.width / 2),
    height: max(1, upright.height / 2))
  _ = try? Decoder.decode(file, header: header, region: part)
  _ = EmbeddedMetadata(of: file, format: header.format, policy: .keep(position: true), size: upright)
}
