import Foundation
import TestSupport
import Testing

/// One verdict a document, `ok` or what is wrong, by Python's `jsonschema`.
func judge(_ documents: [[UInt8]], by schema: String) throws -> [String] {
  try TemporaryDirectory.use { directory in
    try directory.put(schema, at: "schema.json")
    for (index, document) in documents.enumerated() { try directory.put(document, at: "\(index).json") }
    let script = """
      import json, sys
      from jsonschema import Draft7Validator
      directory, count = sys.argv[1], int(sys.argv[2])
      def load(name):
          with open(directory + "/" + name, encoding="utf-8") as file:
              return json.load(file)
      Draft7Validator.check_schema(load("schema.json"))
      validator = Draft7Validator(load("schema.json"))
      for index in range(count):
          errors = [error.message.replace("\\n", " ") for error in validator.iter_errors(load(str(index) + ".json"))]
          print("; ".join(errors) or "ok")
      """
    let pythons = [["/usr/bin/env", "python3"], ["/usr/bin/python3"]]
    let python = try #require(
      try pythons.first { try run($0 + ["-c", "import jsonschema"]).status == 0 },
      "install the judge: apt-get install python3-jsonschema")
    let result = try run(python + ["-c", script, directory.path, String(documents.count)])
    try #require(result.status == 0, "the judge failed")
    return result.output.split(separator: "\n").map(String.init)
  }
}

/// Runs another program to its end.
func run(_ command: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: command[0])
  process.arguments = Array(command.dropFirst())
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  process.standardInput = FileHandle.nullDevice
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}
