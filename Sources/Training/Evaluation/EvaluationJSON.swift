import Geometry
package import Manifests
import Networks

extension EvaluationReport {
  /// The schema that `json` follows.
  package static let schema = "viewfinder/evaluation/1"

  /// The report for programs. What was not measured is absent; the same figures give the same bytes.
  package var json: JSONValue {
    JSONValue(members: [
      "schema": .string(EvaluationReport.schema),
      "model": JSONValue(members: [
        "name": .string(subject.name), "sha256": .string(subject.sha256),
        "canvas": JSONValue(members: [
          "width": .integer(subject.canvas.width), "height": .integer(subject.canvas.height),
          "fit": .string(subject.canvas.fit.rawValue),
        ]), "attention": .bool(subject.hasAttention),
      ]),
      "data": .string(data), "photographs": .integer(photographs),
      "failures": .array(
        failures.map { JSONValue(members: ["name": .string($0.name), "detail": .string($0.detail)]) }),
      "bootstrap": JSONValue(members: [
        "rounds": .integer(bootstrap.rounds), "seed": .integer(Int(truncatingIfNeeded: bootstrap.seed)),
        "interval": .number(0.95),
      ]),
      "labels": labels.map(json(of:)), "rectangles": rectangles.map(json(of:)),
      "boxes": list(boxes.map(json(of:))),
      "activation": bestThreshold.map { best in
        JSONValue(members: [
          "best_threshold": .number(best), "thresholds": .array(thresholds.map(json(of:))),
        ])
      }, "maps": list(maps.map(json(of:))), "views": list(views.map(json(of:))),
    ])
  }

  private func json(of labels: LabelMeasures) -> JSONValue {
    JSONValue(members: [
      "photographs": .integer(labels.photographs), "top1": json(labels.top1), "top5": json(labels.top5),
      "plain_top1": labels.plainTop1.map(json), "attention_gain": labels.attentionGain.map(json),
      "mean_score": json(labels.meanScore), "calibration_error": json(labels.calibrationError),
      "negative_log_likelihood": json(labels.negativeLogLikelihood),
    ])
  }

  private func json(of rectangles: RectangleMeasures) -> JSONValue {
    JSONValue(members: [
      "coverage": json(rectangles.coverage), "coverage_spread": json(rectangles.coverageSpread),
      "hull_coverage": json(rectangles.hullCoverage),
    ])
  }

  private func json(of section: BoxSection) -> JSONValue {
    JSONValue(members: [
      "name": .string(section.name), "photographs": .integer(section.photographs),
      "center_inside": section.centerInside.map(json),
      "rows": .array(
        section.rows.map { row in
          JSONValue(members: [
            "name": .string(row.name), "mean_iou": json(row.measures.mean),
            "iou_at_least": JSONValue.object(
              zip(BoxMeasures.levels, row.measures.shares).map { .init("\($0)", json($1)) }),
            "lead": row.advantage.map {
              JSONValue(members: ["mean_iou": json($0.mean), "iou_at_least_0.5": json($0.half)])
            },
          ])
        }),
    ])
  }

  private func json(of row: ThresholdRow) -> JSONValue {
    JSONValue(members: [
      "threshold": .number(row.threshold), "mean_iou": number(row.mean),
      "iou_at_least": JSONValue.object(zip(BoxMeasures.levels, row.shares).map { .init("\($0)", number($1)) }),
    ])
  }

  private func json(of map: MapMeasures) -> JSONValue {
    JSONValue(members: [
      "name": .string(map.name), "irregularity": json(map.irregularity), "regions": json(map.components),
      "single_region": json(map.single),
    ])
  }

  private func json(of view: ViewMeasures) -> JSONValue {
    JSONValue(members: [
      "name": .string(view.name), "photographs": .integer(view.photographs),
      "label_kept": json(view.labelKept), "center": view.distance.map { json($0.center) },
      "size": view.distance.map { json($0.size) }, "angle": view.distance.map { json($0.angle) },
      "error": view.distance.map { json($0.error) }, "iou": view.distance.map { json($0.iou) },
    ])
  }

  private func json(_ estimate: Estimate) -> JSONValue {
    JSONValue(members: [
      "value": number(estimate.value), "low": number(estimate.low), "high": number(estimate.high),
    ])
  }

  /// Six decimals: more would be noise, and differ between processors.
  private func number(_ value: Double) -> JSONValue { .number((value * 1e6).rounded() / 1e6) }

  private func list(_ elements: [JSONValue]) -> JSONValue? { elements.isEmpty ? nil : .array(elements) }
}
