import Geometry
import Imaging

extension PixelBuffer {
  /// Pictures side by side, two in a row, each in the middle of its cell, on dark grey.
  ///
  /// - Parameters:
  ///   - cell: no picture is larger.
  ///   - gap: pixels between cells and around them.
  static func sheet(of pictures: [PixelBuffer], cell: PixelSize, gap: Int) throws(ImagingError) -> PixelBuffer {
    let columns = min(2, pictures.count)
    let rows = (pictures.count + columns - 1) / columns
    let size = PixelSize(
      width: columns * (cell.width + gap) + gap, height: rows * (cell.height + gap) + gap)
    return try PixelBuffer(size: size) { (sheet) throws(ImagingError) in
      sheet.initializeMemory(as: UInt8.self, repeating: 32)
      for (number, picture) in pictures.enumerated() {
        let left = gap + number % columns * (cell.width + gap) + (cell.width - picture.size.width) / 2
        let top = gap + number / columns * (cell.height + gap) + (cell.height - picture.size.height) / 2
        picture.withBytes { bytes in
          for row in 0..<picture.size.height {
            let line = bytes[row * 3 * picture.size.width..<(row + 1) * 3 * picture.size.width]
            let start = 3 * ((top + row) * size.width + left)
            sheet[start..<start + line.count].copyBytes(from: line)
          }
        }
      }
    }
  }
}
