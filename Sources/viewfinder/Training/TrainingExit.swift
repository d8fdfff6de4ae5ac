import Networks
import Training

extension Exit {
  /// Why a training cannot begin, or has ended early. `settingsFile` is named where it is at fault.
  init(endingTraining error: any Error, settingsFile: String?) {
    switch error {
    case let error as Exit: self = error
    case let error as DataError: self.init(error)
    case let error as ModelError: self.init(ExitStatus.configuration, error.description)
    case let error as SettingsProblem: self.init(error, settingsFile: settingsFile)
    case let error as TrainingError: self.init(ExitStatus.invalidData, error.description)
    case let error as StreamError:
      switch error {
      case .nothingToShow: self.init(ExitStatus.noInput, error.description)
      case .impossibleStart: self.init(ExitStatus.cannotCreate, "\(error); use --overwrite to begin anew")
      case .host: self.init(ExitStatus.stoppedEarly, error.description)
      }
    default: self.init(ExitStatus.inputOutput, "\(error)")
    }
  }

  /// Without a file of settings it can only be the options.
  private init(_ problem: SettingsProblem, settingsFile: String?) {
    if let settingsFile, problem.reason != .boxes {
      self.init(ExitStatus.invalidData, "\(settingsFile): \(problem.description)")
    } else {
      self.init(ExitStatus.usage, problem.description)
    }
  }
}
