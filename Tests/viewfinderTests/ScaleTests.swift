import Testing

/// The reckoning of `docs/scale.md`.
@Suite struct ScaleTests {
  @Test func thePageSaysWhatModelAndSimulationSay() throws {
    let check = try Shell(
      "/usr/bin/python3", ["-B", "experiments/scale/scale.py", "--check"], directory: Program.repository)
    let (status, said) = check.finish()
    #expect(status == 0, "\(said)")
  }
}
