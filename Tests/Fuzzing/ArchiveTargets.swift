import Stages

/// No member lies outside of the archive, or in front of the one before it.
@Sendable func fuzzArchive(_ bytes: [UInt8]) {
  var scan = TarScan(ArchiveBytes(bytes))
  var end = 0
  let trouble = scan.run { entry in
    guard case .whole(let member) = entry.content else { return }
    precondition(member.contents.lowerBound >= end + 512 && member.contents.upperBound <= bytes.count)
    end = member.contents.upperBound
  }
  if let trouble { precondition(!trouble.detail.isEmpty) }
}
