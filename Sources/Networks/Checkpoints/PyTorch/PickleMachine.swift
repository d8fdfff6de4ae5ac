import Foundation

/// Reads one pickle, as PyTorch writes them: protocol 2, without running anything.
///
/// A pickle is a program for a stack machine. This one knows the opcodes that tables of tensors need and builds
/// `PickleValue`s; whatever else a pickle asks for is refused with its name. Steps, nesting and texts are limited.
struct PickleMachine {
  /// The opcodes, by the names of Python's `pickletools`.
  private enum Opcode: UInt8 {
    case mark = 0x28
    case emptyTuple = 0x29
    case stop = 0x2E
    case binInt = 0x4A
    case binInt1 = 0x4B
    case binInt2 = 0x4D
    case none = 0x4E
    case binPersID = 0x51
    case reduce = 0x52
    case binUnicode = 0x58
    case emptyList = 0x5D
    case append = 0x61
    case build = 0x62
    case global = 0x63
    case appends = 0x65
    case binGet = 0x68
    case longBinGet = 0x6A
    case binPut = 0x71
    case longBinPut = 0x72
    case setItem = 0x73
    case tuple = 0x74
    case setItems = 0x75
    case emptyDict = 0x7D
    case proto = 0x80
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case newTrue = 0x88
    case newFalse = 0x89
  }

  /// A published network of 160 layers needs 12,000.
  private static let mostSteps = 1 << 20
  private static let deepest = 32
  private static let longestText = 4096

  private var cursor: ByteCursor
  private var stack: [PickleValue] = []
  /// Heights of the stack at its marks.
  private var marks: [Int] = []
  private var memo: [UInt32: PickleValue] = [:]
  private var document = PickleDocument()

  private init(_ cursor: ByteCursor) { self.cursor = cursor }

  /// The pickle at the cursor, which then stands behind it.
  static func read(_ cursor: inout ByteCursor) throws(ModelError) -> PickleDocument {
    var machine = PickleMachine(cursor)
    for _ in 0..<mostSteps {
      guard try machine.step() else { continue }
      cursor = machine.cursor
      return machine.document
    }
    throw cursor.malformed("has a pickle of more than \(mostSteps) steps, which no table of tensors needs")
  }

  /// Carries out one opcode; true if it was the last.
  private mutating func step() throws(ModelError) -> Bool {
    let place = cursor.position
    let code = try cursor.number(UInt8.self)
    guard let opcode = Opcode(rawValue: code) else {
      throw unsupported(
        "opcode 0x\(String(code, radix: 16)) at byte \(place)", "which tables of tensors do not need")
    }
    switch opcode {
    case .proto:
      let version = try cursor.byte()
      guard version == 2 else { throw unsupported("protocol \(version)", "where PyTorch writes 2") }
    case .stop:
      guard stack.count == 1, marks.isEmpty else {
        throw damaged("ends with \(stack.count) values where 1 is due")
      }
      document.root = stack[0]
      return true
    case .mark: marks.append(stack.count)
    case .none: push(.none)
    case .newTrue: push(.boolean(true))
    case .newFalse: push(.boolean(false))
    case .binInt: push(.integer(Int(try cursor.number(Int32.self))))
    case .binInt1: push(.integer(try cursor.byte()))
    case .binInt2: push(.integer(Int(try cursor.number(UInt16.self))))
    case .binUnicode: push(.text(try readText()))
    case .emptyTuple: push(.tuple(PickleTuple()))
    case .tuple1: try pushTuple(of: popSome(1))
    case .tuple2: try pushTuple(of: popSome(2))
    case .tuple3: try pushTuple(of: popSome(3))
    case .tuple: try pushTuple(of: popToMark())
    case .emptyList: pushList()
    case .append: try extendList(popSome(1))
    case .appends: try extendList(popToMark())
    case .emptyDict: pushTable()
    case .setItem: try extendTable(popSome(2))
    case .setItems: try extendTable(popToMark())
    case .binPut: try remember(UInt32(cursor.number(UInt8.self)))
    case .longBinPut: try remember(cursor.number(UInt32.self))
    case .binGet: try recall(UInt32(cursor.number(UInt8.self)))
    case .longBinGet: try recall(cursor.number(UInt32.self))
    case .global: push(.global(try readGlobal()))
    case .binPersID: try pushStorage()
    case .reduce: try reduce()
    case .build: try build()
    }
    return false
  }

  private mutating func readText() throws(ModelError) -> String {
    let length = try cursor.number(UInt32.self)
    guard length <= PickleMachine.longestText else { throw damaged("has a text of \(length) bytes") }
    return try cursor.text(Int(length))
  }

  private mutating func readGlobal() throws(ModelError) -> PickleGlobal {
    let name = "\(try cursor.line(limit: 256)).\(try cursor.line(limit: 256))"
    guard let global = PickleGlobal(name) else {
      throw unsupported("'\(name.shortened)'", "which tables of tensors do not need; nothing was run")
    }
    return global
  }

  // MARK: the stack

  private mutating func push(_ value: PickleValue) { stack.append(value) }

  /// The values above `floor`, taken off.
  private mutating func pop(to floor: Int) throws(ModelError) -> [PickleValue] {
    guard floor >= marks.last ?? 0, floor <= stack.count else {
      throw damaged("takes more than it has put there")
    }
    defer { stack.removeSubrange(floor...) }
    return Array(stack[floor...])
  }

  private mutating func popSome(_ count: Int) throws(ModelError) -> [PickleValue] {
    try pop(to: stack.count - count)
  }

  private mutating func popToMark() throws(ModelError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged("looks for a mark that is not there") }
    return try pop(to: mark)
  }

  private mutating func pushTuple(of items: [PickleValue]) throws(ModelError) {
    let tuple = PickleTuple(items)
    guard tuple.depth <= PickleMachine.deepest else {
      throw damaged("nests tuples more than \(PickleMachine.deepest) deep")
    }
    push(.tuple(tuple))
  }

  // MARK: lists and tables

  private mutating func pushList() {
    push(.list(document.lists.count))
    document.lists.append([])
  }

  private mutating func pushTable() {
    push(.table(document.tables.count))
    document.tables.append([:])
  }

  private mutating func extendList(_ items: [PickleValue]) throws(ModelError) {
    guard case .list(let place)? = stack.last else { throw damaged("appends to what is no list") }
    document.lists[place].append(contentsOf: items)
  }

  private mutating func extendTable(_ items: [PickleValue]) throws(ModelError) {
    guard case .table(let place)? = stack.last else { throw damaged("sets items of what is no table") }
    guard items.count.isMultiple(of: 2) else { throw damaged("has a key without a value") }
    for index in stride(from: 0, to: items.count, by: 2) {
      guard case .text(let key) = items[index] else { throw damaged("has a table with a key that is no text") }
      guard document.tables[place].updateValue(items[index + 1], forKey: key) == nil else {
        throw damaged("has '\(key.shortened)' twice in a table")
      }
    }
  }

  // MARK: the memo

  private mutating func remember(_ index: UInt32) throws(ModelError) {
    guard let value = stack.last else { throw damaged("remembers a value before there is one") }
    memo[index] = value
  }

  private mutating func recall(_ index: UInt32) throws(ModelError) {
    guard let value = memo[index] else { throw damaged("recalls value \(index), which it has not remembered") }
    push(value)
  }

  // MARK: tensors

  /// Puts a storage in the place of its description.
  private mutating func pushStorage() throws(ModelError) {
    guard let storage = StorageReference(describedBy: try popSome(1)[0]) else {
      throw damaged("describes a storage in a way that cannot be understood")
    }
    guard document.storages.updateValue(storage, forKey: storage.key) ?? storage == storage else {
      throw damaged("describes storage '\(storage.key.shortened)' in two ways")
    }
    push(.storage(storage))
  }

  private mutating func reduce() throws(ModelError) {
    let operands = try popSome(2)
    guard case .global(let function) = operands[0], case .tuple(let arguments) = operands[1] else {
      throw damaged("calls what is no function")
    }
    switch function {
    case .orderedDictionary where arguments.items.isEmpty: pushTable()
    case .rebuildTensor:
      guard let tensor = TensorReference(rebuiltFrom: arguments.items) else {
        throw damaged("describes a tensor in a way that cannot be understood")
      }
      push(.tensor(tensor))
    default:
      throw unsupported("a call of \(function) with \(arguments.items.count) arguments", "which is not known")
    }
  }

  /// Sets attributes: PyTorch gives its tables some with versions of modules, which are not needed.
  private mutating func build() throws(ModelError) {
    guard case .table = try popSome(1)[0], case .table? = stack.last else {
      throw damaged("sets attributes of what is no table")
    }
  }

  private func damaged(_ detail: String) -> ModelError {
    cursor.malformed("has a pickle that \(detail) (before byte \(cursor.position)); the file is damaged")
  }

  private func unsupported(_ what: String, _ why: String) -> ModelError {
    ModelError(.unsupported, in: cursor.origin, "has a pickle with \(what), \(why)")
  }
}
