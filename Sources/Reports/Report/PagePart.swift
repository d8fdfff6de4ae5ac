/// A file of the page. They stand in `Resources/report` and are built into the program.
struct PagePart {
  let name: String
  let bytes: [UInt8]

  /// `index.html`, which names all parts.
  static var index: [UInt8] { PackageResources.index_html }

  /// What goes into the folder `page`.
  static var all: [PagePart] {
    [
      PagePart(name: "report.css", bytes: PackageResources.report_css),
      PagePart(name: "store.js", bytes: PackageResources.store_js),
      PagePart(name: "crop.js", bytes: PackageResources.crop_js),
      PagePart(name: "words.js", bytes: PackageResources.words_js),
      PagePart(name: "picture.js", bytes: PackageResources.picture_js),
      PagePart(name: "figures.js", bytes: PackageResources.figures_js),
      PagePart(name: "filters.js", bytes: PackageResources.filters_js),
      PagePart(name: "grid.js", bytes: PackageResources.grid_js),
      PagePart(name: "corrections.js", bytes: PackageResources.corrections_js),
      PagePart(name: "detail.js", bytes: PackageResources.detail_js),
      PagePart(name: "main.js", bytes: PackageResources.main_js),
    ]
  }
}
