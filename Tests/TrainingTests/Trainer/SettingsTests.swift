import Foundation
import Networks
import Testing
import Training

@Suite struct SettingsTests {
  @Test func onlyWhatIsGivenChanges() throws {
    let json =
      #"{"epochs": 3, "losses": {"area": 2.3}, "schedule": {"rate": 0.5}, "augmentation": {"flip": 1}}"#
    let settings = try TrainingSettings(json: Data(json.utf8))
    var expected = TrainingSettings()
    expected.epochs = 3
    expected.losses.area = 2.3
    expected.schedule.rate = 0.5
    expected.augmentation = .none
    expected.augmentation.flip = 1
    #expect(settings == expected)
    #expect(try TrainingSettings(json: JSONEncoder().encode(expected)) == expected)
  }

  @Test(arguments: [
    (#"{"epoch": 3}"#, "'epoch'"), (#"{"losses": {"are": 1}}"#, "'losses.are'"), ("[1]", "JSON"),
    (#"{"epochs": "many"}"#, "wrong kind"),
  ])
  func mistakesAreNamed(json: String, word: String) {
    #expect {
      _ = try TrainingSettings(json: Data(json.utf8))
    } throws: { "\($0)".contains(word) }
  }

  @Test func theRateRisesAndFalls() {
    let schedule = LearningSchedule(rate: 2, warmup: 0.1)
    let rates = (0..<100).map { schedule.rate(at: $0, of: 100) }
    #expect(rates[0] == 0.2 && rates[9] == 2 && rates.max() == 2)
    #expect(zip(rates[10...], rates[11...]).allSatisfy { $0 > $1 })
    #expect(rates[99] < 0.01 && rates[99] >= 0)
    #expect(LearningSchedule(rate: 1, warmup: 0).rate(at: 0, of: 1) == 1)
  }
}
