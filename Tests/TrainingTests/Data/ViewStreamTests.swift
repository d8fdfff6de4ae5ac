import Foundation
import Geometry
import Imaging
import StageGraph
import TestSupport
import Testing
import Training

@Suite struct ViewStreamTests {
  private static let canvas = PixelSize(width: 32, height: 32)

  private func plan(
    batch: Int = 4, epochs: Int = 2, seed: UInt64 = 1, views: [Augmentation] = [.crop, .similar]
  ) -> StreamPlan {
    StreamPlan(
      canvas: Self.canvas, fit: .squash, batchSize: batch, augmentations: views, seed: seed, epochs: epochs)
  }

  @Test func epochsShowEveryPhotographInTheOrderOfTheShuffle() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(12, in: folder)
      let plan = plan(epochs: 3)
      let batches = try ViewStream(photographs.list, plan: plan, jobs: 2).rest()
      #expect(batches.map(\.position.epoch) == [0, 0, 0, 1, 1, 1, 2, 2, 2])
      #expect(batches.map(\.position.batch) == [0, 1, 2, 0, 1, 2, 0, 1, 2])
      for epoch in 0..<3 {
        let shown = batches.filter { $0.position.epoch == epoch }.flatMap(\.photographs)
        #expect(shown == plan.order(of: 12, epoch: epoch))
        #expect(shown.sorted() == Array(0..<12))
      }
      for batch in batches {
        #expect(batch.views.count == 4)
        for views in batch.views {
          #expect(views.count == 2)
          for (view, drawn) in zip(
            views, plan.draw(photograph: views[0].photograph, epoch: batch.position.epoch))
          {
            #expect(view.label == views[0].photograph % 7)
            #expect(view.photograph == views[0].photograph)
            #expect(view.map == drawn.map)
            #expect(view.pixels.size == Self.canvas)
          }
        }
      }
    }
  }

  @Test func permitsAndTimingChangeNothing() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(23, bad: [3, 4, 5, 10], in: folder)
      let reference = try ViewStream(photographs.list, plan: plan(), jobs: 1, prefetch: 1).rest().map(\.content)
      #expect(reference.count == 8)
      for (jobs, prefetch) in [(1, 40), (2, 1), (2, 3), (2, 64), (5, 7)] {
        let stream = try ViewStream(photographs.list, plan: plan(), jobs: jobs, prefetch: prefetch)
        #expect(try stream.rest().map(\.content) == reference)
      }
      let other = try ViewStream(photographs.list, plan: plan(seed: 2), jobs: 2).rest().map(\.content)
      #expect(other != reference)
    }
  }

  @Test func nothingIsDecodedFarAhead() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(10, in: folder)
      let stream = try ViewStream(photographs.list, plan: plan(batch: 2, epochs: 20), jobs: 2, prefetch: 3)
      var taken = 0
      while let batch = try stream.next() {
        taken += batch.views.count
        #expect(stream.status.admitted <= taken + 3)
      }
      #expect(taken == 200)
    }
  }

  /// A memory bound far below one photograph lets each through alone.
  @Test func littleMemoryOnlySlows() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(9, in: folder)
      let reference = try ViewStream(photographs.list, plan: plan(), jobs: 2).rest().map(\.content)
      let stream = try ViewStream(photographs.list, plan: plan(), jobs: 2, memory: 1)
      #expect(try stream.rest().map(\.content) == reference)
    }
  }

  @Test func aResumedStreamGivesTheRest() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(14, bad: [1, 6, 11], in: folder)
      for batch in [2, 4, 11, 20] {
        let plan = plan(batch: batch, epochs: 3)
        let all = try ViewStream(photographs.list, plan: plan, jobs: 2).rest()
        for (index, last) in all.enumerated() {
          let resumed = try ViewStream(photographs.list, plan: plan, from: last.end, jobs: 2).rest()
          #expect(resumed.map(\.content) == all[(index + 1)...].map(\.content))
          #expect(resumed.map(\.position) == all[(index + 1)...].map(\.position))
          #expect(resumed.map(\.end) == all[(index + 1)...].map(\.end))
        }
      }
    }
  }

  @Test func whatCannotBeDecodedIsSkippedAndReportedOnce() throws {
    try TemporaryDirectory.use { folder in
      let bad: Set = [0, 5, 6, 7, 8]
      let photographs = try StreamPhotographs(16, bad: bad, in: folder)
      let plan = plan(batch: 3, epochs: 3)
      let stream = try ViewStream(photographs.list, plan: plan, jobs: 2)
      let batches = try stream.rest()
      for epoch in 0..<3 {
        let shown = batches.filter { $0.position.epoch == epoch }.flatMap(\.photographs)
        // Eleven are good: three full batches of them.
        #expect(shown == Array(plan.order(of: 16, epoch: epoch).filter { !bad.contains($0) }.prefix(9)))
      }
      #expect(stream.skipped.map(\.photograph) == plan.order(of: 16, epoch: 0).filter(bad.contains))
      for skipped in stream.skipped {
        #expect(skipped.path == photographs.list[skipped.photograph].path)
        #expect(!skipped.reason.isEmpty)
      }
      #expect(Set(stream.skipped.map(\.reason)).count == 3)
    }
  }

  @Test func aStreamOfNothingButDamageIsAnError() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(5, bad: [0, 1, 2, 3, 4], in: folder)
      let stream = try ViewStream(photographs.list, plan: plan(epochs: 1000), jobs: 2)
      #expect(throws: StreamError.nothingToShow(epoch: 0)) { try stream.next() }
      #expect(stream.skipped.count == 5)
    }
  }

  @Test func onePassShowsWhatInferenceSees() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(11, bad: [4], in: folder)
      for fit in CanvasFit.allCases {
        let plan = StreamPlan.onePass(canvas: Self.canvas, fit: fit, batchSize: 4)
        let batches = try ViewStream(photographs.list, plan: plan, jobs: 2).rest()
        #expect(batches.map(\.photographs) == [[0, 1, 2, 3], [5, 6, 7, 8], [9, 10]])
        for view in batches.flatMap(\.views).flatMap({ $0 }) {
          let bytes = try ImageBytes(contentsOf: ImageFile(path: photographs.list[view.photograph].path))
          let header = try HeaderReader.read(bytes)
          let shrink = Canvas.shrink(for: header.upright, canvas: Self.canvas)
          let pixels = try Decoder.decode(bytes, header: header, shrink: shrink)
          #expect(try view.pixels == Canvas.render(pixels, size: Self.canvas, fit: fit))
          #expect(view.map == .identity)
        }
      }
    }
  }

  @Test func partialBatchesAreDroppedUnlessTheyAreAllThereIs() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(5, in: folder)
      func sizes(_ batch: Int, drops: Bool) throws -> [Int] {
        var plan = plan(batch: batch)
        plan.dropsPartialBatch = drops
        return try ViewStream(photographs.list, plan: plan, jobs: 2).rest().map(\.views.count)
      }
      #expect(try sizes(2, drops: true) == [2, 2, 2, 2])
      #expect(try sizes(2, drops: false) == [2, 2, 1, 2, 2, 1])
      #expect(try sizes(5, drops: true) == [5, 5])
      #expect(try sizes(8, drops: true) == [5, 5])
    }
  }

  @Test func startsThatDoNotExistAreRefused() throws {
    let one = [LabelledPhotograph(path: "a.jpg", name: "a.jpg", label: 0)]
    for (list, start) in [
      ([], StreamPosition.start), (one, StreamPosition(photograph: 1)), (one, StreamPosition(photograph: -1)),
      (one, StreamPosition(epoch: -1)), (one, StreamPosition(batch: -1)),
    ] {
      #expect(throws: StreamError.impossibleStart(start)) {
        try ViewStream(list, plan: plan(), from: start, jobs: 1)
      }
    }
  }

  @Test func aStreamBehindItsLastEpochIsEmpty() throws {
    let one = [LabelledPhotograph(path: "a.jpg", name: "a.jpg", label: 0)]
    let stream = try ViewStream(one, plan: plan(epochs: 2), from: StreamPosition(epoch: 2), jobs: 1)
    #expect(try stream.rest().isEmpty)
  }

  /// In a process of its own, where nobody else starts threads.
  @Test func cancelledStreamsLeaveNoThreads() async throws {
    await #expect(processExitsWith: .success) {
      func threads() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
      }
      try TemporaryDirectory.use { folder in
        let photographs = try StreamPhotographs(30, in: folder)
        let plan = StreamPlan(
          canvas: PixelSize(width: 32, height: 32), fit: .squash, batchSize: 4, augmentations: [.crop], seed: 1,
          epochs: 1_000_000)
        for turn in 0..<60 {
          let stream = try ViewStream(photographs.list, plan: plan, jobs: 2)
          if turn % 3 > 0 { _ = try stream.next() }
          // Every second one is merely let go.
          if turn % 2 == 0 {
            stream.cancel()
            guard try stream.next() == nil else { exit(1) }
          }
        }
        // Each stream left behind would keep at least two threads waiting. Dispatch keeps some idle ones.
        if try threads() > 40 { exit(2) }
      }
    }
  }

  @Test func aWaitingReaderIsLetGoByCancel() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try StreamPhotographs(6, in: folder)
      let stream = try ViewStream(photographs.list, plan: plan(epochs: 1_000_000), jobs: 1)
      let done = DispatchGroup()
      DispatchQueue(label: "reader").async(group: done) {
        while (try? stream.next()) != nil {}
      }
      _ = stream.status
      stream.cancel()
      #expect(done.wait(timeout: .now() + 60) == .success)
    }
  }
}
