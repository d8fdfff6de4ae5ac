// swift-tools-version: 6.2
import PackageDescription

/// Settings every Swift target shares: Swift 6 rules, warnings as errors, and imports that say what they expose.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // Without it a subscript that crosses a module is a function call: 48 times slower in a pixel loop.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A Swift target of ours. The arrows of `docs/architecture.md` are the `uses` lists here.
func room(_ name: String, uses: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: uses, resources: resources, swiftSettings: strict)
}

/// The tests of a room. Folders of input files that tests find by themselves are left out of the build.
func tests(
  _ name: String, uses: [Target.Dependency], inputs: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: uses + ["TestSupport"], exclude: inputs, resources: resources,
    swiftSettings: strict)
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// The files of the page that `viewfinder report` writes.
let reportPage = [
  "index.html", "report.css", "store.js", "crop.js", "words.js", "picture.js", "figures.js", "filters.js",
  "grid.js", "corrections.js", "detail.js", "main.js",
]

let package = Package(
  name: "viewfinder",
  products: [.executable(name: "viewfinder", targets: ["viewfinder"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C: system libraries and the two thin layers over them.
    .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CVipsBridge", dependencies: ["CVips"]),
    .target(
      name: "CKernels",
      // Loops over every pixel: optimised in debug builds too, and the same bits on every vector width.
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"])]),

    // Swift, from the bottom up.
    room("Geometry"),
    room("Imaging", uses: ["CVipsBridge", "CKernels", "Geometry"]),
    room("Tensors", uses: ["COpenBLAS", "CKernels"]),
    room("Networks", uses: ["Tensors", "Geometry"]),
    room("StageGraph", uses: [deque]),
    room("PipelineFiles", uses: ["StageGraph", "Yams"]),
    room("Manifests", uses: ["Geometry", crypto, system]),
    room(
      "Stages",
      uses: ["StageGraph", "Imaging", "Tensors", "Networks", "Manifests", "Geometry", crypto, system]),
    room(
      "Reports", uses: ["Stages", "Manifests", "Imaging", "Geometry", system],
      // In the program itself: a report can be written wherever the program runs, installed or not.
      resources: reportPage.map { .embedInCode("Resources/report/\($0)") }),
    room(
      "Training",
      uses: ["StageGraph", "Imaging", "Tensors", "Networks", "Manifests", "Geometry", crypto, system]),
    .executableTarget(
      name: "viewfinder",
      dependencies: [
        "StageGraph", "PipelineFiles", "Manifests", "Stages", "Reports", "Training", "Imaging", "Tensors",
        "Networks", "Geometry",
        arguments, logging, system,
      ],
      resources: [.copy("Resources/models")],
      swiftSettings: strict),

    room("TestSupport", uses: ["Geometry"]),
    tests("Geometry", uses: ["Geometry"]),
    tests("Imaging", uses: ["Imaging", "Geometry"]),
    tests("Tensors", uses: ["Tensors", "CKernels"]),
    tests("Networks", uses: ["Networks", "Tensors", "Geometry"], resources: [.copy("Fixtures")]),
    tests("StageGraph", uses: ["StageGraph"]),
    tests("PipelineFiles", uses: ["PipelineFiles", "StageGraph"], inputs: ["Wrong"]),
    tests("Manifests", uses: ["Manifests", "Geometry", system]),
    tests(
      "Stages",
      uses: ["Stages", "StageGraph", "PipelineFiles", "Imaging", "Manifests", "Geometry", "Networks", system]),
    tests("Training", uses: ["Training", "StageGraph", "Networks", "Tensors", "Imaging", "Geometry"]),
    tests("viewfinder", uses: ["viewfinder", "Manifests", "Imaging", "Geometry", "Yams", system]),
  ],
  swiftLanguageModes: [.v6]
)

// What `make fuzz` builds with sanitizers, and nobody else.
if Context.environment["VIEWFINDER_FUZZ"] != nil {
  package.products.append(.library(name: "Fuzzing", type: .static, targets: ["Fuzzing"]))
  package.targets.append(
    .target(
      name: "Fuzzing",
      dependencies: [
        "PipelineFiles", "StageGraph", "Stages", "Networks", "Imaging", "Manifests", "Geometry", system,
      ],
      path: "Tests/Fuzzing", exclude: ["fuzz.sh", "keep.sh", "corpus", "learned.tar.gz"], swiftSettings: strict)
  )
}

// What `make tsan` adds to the tests.
if Context.environment["VIEWFINDER_TSAN"] != nil {
  package.targets.append(.target(name: "VisibleMutex", path: "Tests/ThreadSanitizer"))
  for target in package.targets where target.name == "StageGraphTests" {
    target.dependencies.append("VisibleMutex")
  }
}
