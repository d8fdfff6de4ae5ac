import ArgumentParser
import Foundation
import Manifests

/// Which shard a program is to do: by its number, or by what the scheduler that started it says.
enum ShardChoice: ExpressibleByArgument, Sendable, Hashable {
  case auto
  case one(Shard)

  init?(argument: String) {
    if argument == "auto" {
      self = .auto
    } else if let shard = Shard(argument) {
      self = .one(shard)
    } else {
      return nil
    }
  }

  /// - Parameter environment: the variables of the process.
  /// - Throws: usage, where `auto` finds nothing, or nothing that makes sense.
  func shard(in environment: [String: String] = ProcessInfo.processInfo.environment) throws(Exit) -> Shard {
    switch self {
    case .one(let shard): return shard
    case .auto:
      let variables = SchedulerVariables(environment)
      if let shard = try variables.slurm { return shard }
      if let shard = try variables.kubernetes { return shard }
      if let shard = try variables.gridEngine { return shard }
      if let shard = try variables.parallel { return shard }
      throw Exit(
        ExitStatus.usage,
        """
        --shard auto: this is no task of a job array that it knows (SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, SGE_TASK_ID and \
        PARALLEL_SEQ are not set); give --shard I/N, like 3/10
        """)
    }
  }
}

/// What schedulers tell each task of a job array: its number, and how many there are. A scheduler that says nothing gives nil.
private struct SchedulerVariables {
  private let variables: [String: String]

  init(_ variables: [String: String]) { self.variables = variables }

  var slurm: Shard? {
    get throws(Exit) {
      let name = "SLURM_ARRAY_TASK_ID"
      guard variables[name] != nil else { return nil }
      let (first, count) = (try number("SLURM_ARRAY_TASK_MIN"), try number("SLURM_ARRAY_TASK_COUNT"))
      let advice = "submit the array without gaps, like --array=1-10, or give --shard I/N"
      if variables["SLURM_ARRAY_TASK_MAX"] != nil {
        let last = try number("SLURM_ARRAY_TASK_MAX")
        guard last >= first, last - first == count - 1 else {
          throw Exit(
            ExitStatus.usage, "--shard auto: the array has \(count) tasks from \(first) to \(last); \(advice)")
        }
      }
      return try shard(number(name), from: first, of: count, name, advice)
    }
  }

  var kubernetes: Shard? {
    get throws(Exit) {
      let name = "JOB_COMPLETION_INDEX"
      guard variables[name] != nil else { return nil }
      return try shard(
        number(name), from: 0, of: number("SHARDS"), name, "set SHARDS to the `completions` of the Indexed Job")
    }
  }

  var gridEngine: Shard? {
    get throws(Exit) {
      let name = "SGE_TASK_ID"
      // The word is Grid Engine's, for jobs that are no arrays.
      guard let task = variables[name], task != "undefined" else { return nil }
      let (first, last) = (try number("SGE_TASK_FIRST"), try number("SGE_TASK_LAST"))
      let step = try variables["SGE_TASK_STEPSIZE"] == nil ? 1 : number("SGE_TASK_STEPSIZE")
      let place = try number(name)
      guard step > 0, last >= first, place >= first, (place - first) % step == 0 else {
        throw Exit(
          ExitStatus.usage,
          "--shard auto: \(name)=\(place) is no task from \(first) to \(last) by \(step); give --shard I/N")
      }
      return try shard(
        (place - first) / step, from: 0, of: (last - first) / step + 1, name, "give --shard I/N")
    }
  }

  var parallel: Shard? {
    get throws(Exit) {
      let name = "PARALLEL_SEQ"
      guard variables[name] != nil else { return nil }
      return try shard(
        number(name), from: 1, of: number("SHARDS"), name,
        "set SHARDS to the number of jobs that GNU parallel is given")
    }
  }

  private func shard(
    _ place: Int, from first: Int, of count: Int, _ name: String, _ advice: String
  ) throws(Exit) -> Shard {
    guard place >= first, let shard = Shard(place - first + 1, of: count) else {
      throw Exit(
        ExitStatus.usage,
        "--shard auto: \(name)=\(place) is none of \(count) tasks from \(first); \(advice)")
    }
    return shard
  }

  /// A variable's value, a number from 0 to 999,999,999.
  private func number(_ name: String) throws(Exit) -> Int {
    guard let text = variables[name] else {
      throw Exit(ExitStatus.usage, "--shard auto: \(name) is not set; set it, or give --shard I/N, like 3/10")
    }
    guard text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text)
    else {
      throw Exit(
        ExitStatus.usage, "--shard auto: \(name) is '\(text)', not a number; give --shard I/N, like 3/10")
    }
    return number
  }
}
