/// What passes between an `exec` stage and its program while the stage has a photograph in hand.
package struct Exchange: Sendable {
  /// The pixels for the program, encoded.
  var png: [UInt8]?
  var answer: ExecAnswer?
  /// What the answer brought.
  var picture: ReturnedPicture?
}
