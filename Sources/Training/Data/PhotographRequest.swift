/// Which photographs of a data set are wanted, and where their labels stand.
package struct PhotographRequest: Hashable, Sendable {
  /// Where a photograph's label stands.
  package enum Labels: Hashable, Sendable {
    /// The name of its folder; in a list the column of this name holds the class's name.
    case names(column: String)
    /// A column of a list holds the class's index, from 0.
    case indices(column: String)
    /// Nowhere, or nobody asks.
    case none
  }

  /// What the photographs are for: decides which of `train`, `val` and `test…` is read when none is named.
  package enum Purpose: Hashable, Sendable {
    case training
    case evaluation
  }

  /// The values that a column of a list may have.
  package struct Condition: Hashable, Sendable {
    package let column: String
    package let values: [String]

    package init(column: String, value: String) { self.init(column: column, values: [value]) }

    package init(column: String, values: [String]) {
      self.column = column
      self.values = values
    }
  }

  /// A folder of class folders, perhaps within `train`, `val` or `test…`; or a CSV list with a column `file`.
  package var data: String
  /// What names in a list are relative to. By default the list's own folder.
  package var root: String?
  /// The folder in `data` to read instead of the one that fits the purpose.
  package var subset: String?
  package var labels = Labels.names(column: "label")
  package var purpose: Purpose
  /// All must hold. Only lists have columns.
  package var conditions: [Condition] = []
  /// Every so manieth photograph of those that are left is taken, from `offset` on.
  package var every = 1
  package var offset = 0
  /// At most so many.
  package var limit: Int?

  package init(data: String, purpose: Purpose) {
    self.data = data
    self.purpose = purpose
  }
}
