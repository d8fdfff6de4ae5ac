import Glibc
import Synchronization
package import SystemPackage

/// Which files of a directory could be sidecars, found by listing it once: a shared disk answers that as fast as one or two of the
/// twenty-eight questions whether a photograph has this one or that.
///
/// Safe to use from any thread.
package final class SidecarListings: Sendable {
  private struct Listing {
    /// The directory as it was before it was listed.
    let directory: FileFingerprint
    /// Nil where there are too many to hold.
    let names: Set<FilePath>?
  }

  private struct State {
    var listings: [FilePath: Listing] = [:]
    /// The directories in the order in which they were listed.
    var order: [FilePath] = []
  }

  /// Photographs come in the order of their paths, so few directories are in use at the same time.
  private static let mostDirectories = 32
  private static let mostNames = 50_000
  private let state = Mutex(State())

  package init() {}

  /// The names that end as those of sidecars do.
  ///
  /// - Returns: nil where each name has to be asked for: the directory has changed since it was listed, or is changing now.
  package func names(in directory: FilePath) -> Set<FilePath>? {
    guard let now = FileFingerprint(directory) else { return nil }
    if let known = state.withLock({ $0.listings[directory] }) {
      return known.directory == now ? known.names : nil
    }
    // A second change within one tick of the clock would leave no trace.
    guard now.modified + 1 < time(nil), let names = Self.list(directory) else { return nil }
    let listing = Listing(directory: now, names: names.count > Self.mostNames ? nil : names)
    state.withLock { state in
      if state.listings.updateValue(listing, forKey: directory) == nil { state.order.append(directory) }
      if state.order.count > Self.mostDirectories { state.listings[state.order.removeFirst()] = nil }
    }
    return listing.names
  }

  private static func list(_ directory: FilePath) -> Set<FilePath>? {
    var names: Set<FilePath> = []
    do throws(Errno) {
      try DirectoryWalk.forEachChild(of: directory) { name, _ in
        if Sidecars.extensions.contains(name.extension?.lowercased() ?? "") { names.insert(name) }
      }
    } catch {
      return nil
    }
    return names
  }
}
