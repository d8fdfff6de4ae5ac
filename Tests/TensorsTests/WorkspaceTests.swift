import Tensors
import Testing

@Suite struct WorkspaceTests {
  private let shape = MapShape(height: 3, width: 5, channels: 7)

  @Test func mapsAreAlignedAndApart() {
    let workspace = Workspace()
    let maps = (0..<20).map { _ in workspace.map(shape) }
    for map in maps { #expect(Int(bitPattern: map.values.baseAddress) % 64 == 0) }
    for (index, map) in maps.enumerated() { map.values.update(repeating: Float(index)) }
    for (index, map) in maps.enumerated() { #expect(map.values.allSatisfy { $0 == Float(index) }) }
  }

  @Test func capacityIsSteadyFromTheSecondPassOn() {
    let workspace = Workspace()
    func pass() {
      workspace.reset()
      for size in [10, 300, 70, 500] {
        let mark = workspace.mark()
        _ = workspace.map(MapShape(height: size, width: size, channels: 3))
        workspace.release(to: mark)
        _ = workspace.map(MapShape(height: size / 2, width: size, channels: 3))
      }
    }
    pass()
    pass()
    let capacity = workspace.capacity
    for _ in 0..<5 { pass() }
    #expect(workspace.capacity == capacity)
  }

  @Test func releasedMemoryIsUsedAgainAndTheRestIsKept() {
    let workspace = Workspace()
    let kept = workspace.map(shape)
    kept.values.update(repeating: 1)
    let mark = workspace.mark()
    let scratch = workspace.map(shape)
    workspace.release(to: mark)
    let next = workspace.map(shape)
    #expect(next.values.baseAddress == scratch.values.baseAddress)
    next.values.update(repeating: 2)
    #expect(kept.values.allSatisfy { $0 == 1 })
  }

  @Test func aWriteBehindAMapIsNoticed() {
    for release in [true, false] {
      let workspace = Workspace(guarding: true)
      let mark = workspace.mark()
      let map = workspace.map(shape)
      map.values.baseAddress![shape.count + 3] = 0
      if release { workspace.release(to: mark) } else { workspace.reset() }
      #expect(workspace.isDamaged)
    }
  }
}
