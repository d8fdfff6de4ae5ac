import ArgumentParser
import Foundation
import Imaging
import Manifests
import Networks
import SystemPackage
import Tensors

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check that this installation computes what it should.")

  func run() throws {
    try reportingErrors {
      var troubles: [String] = []
      line("viewfinder", Version.current)
      Vips.start()
      line("libvips", Vips.version)
      OpenBLAS.prepare()
      line("OpenBLAS", "\(OpenBLAS.configuration), core \(OpenBLAS.coreName)")
      line("cores granted", "\(GrantedCores.count)")
      line("GEMM rate", String(format: "%.0f GFLOP/s on one core", OpenBLAS.measuredRate()))
      let error = OpenBLAS.selfCheck()
      line("GEMM check", String(format: "differs from a plain loop by %.1e", error))
      if !(error < 1e-4) {
        troubles.append("OpenBLAS computes wrong products on this processor; try OPENBLAS_CORETYPE=Haswell")
      }
      if !OpenBLAS.obeysThreadCount {
        troubles.append(
          "this OpenBLAS runs its own threads whatever it is told; set OMP_NUM_THREADS=1 or install libopenblas0-pthread"
        )
      }
      troubles += check(ModelLibrary())
      guard troubles.isEmpty else {
        throw Exit(ExitStatus.configuration, troubles.joined(separator: "\nerror: "))
      }
      print("all is well")
    }
  }

  private func check(_ library: ModelLibrary) -> [String] {
    guard let file = library.path(of: "default") else {
      return ["the model that ships with the program is missing; set VIEWFINDER_MODELS to where it is"]
    }
    do throws(ModelError) {
      let contents = try Safetensors(path: file.string)
      let card = try ModelCard(in: contents)
      let sum = contents.data.withUnsafeBytes { Hashing.sha256($0) }
      line("model", "\(card.name), \(file)")
      line(
        "model checksum", sum == card.sha256 ? "as its card says" : "\(sum), but its card says \(card.sha256)")
      _ = try Model(contents)
      return sum == card.sha256 ? [] : ["the model file \(file) is damaged: install it again"]
    } catch {
      return [error.description]
    }
  }

  private func line(_ name: String, _ value: String) {
    print(name.padding(toLength: 16, withPad: " ", startingAt: 0) + value)
  }
}
