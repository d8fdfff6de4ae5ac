extension Schemas {
  /// What says that a shard is finished.
  package static let shard = #"""
    {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "title": "Viewfinder shard",
      "description": "manifest-0000I-of-0000N.done.json: that one shard of a run is finished, and with what. Written after everything else.",
      "type": "object",
      "required": [
        "schema", "shard", "shards", "counts", "manifest", "pipeline", "models", "program", "host", "attempt", "started",
        "ended"
      ],
      "additionalProperties": false,
      "properties": {
        "schema": {"const": "viewfinder/shard/1"},
        "shard": {"description": "Its number, from 1.", "$ref": "#/definitions/shards"},
        "shards": {"description": "How many there are.", "$ref": "#/definitions/shards"},
        "counts": {
          "type": "object",
          "required": ["ok", "failed", "skipped", "ignored"],
          "additionalProperties": false,
          "properties": {
            "ok": {"$ref": "#/definitions/count"},
            "failed": {"$ref": "#/definitions/byReason"},
            "skipped": {"$ref": "#/definitions/byReason"},
            "ignored": {"$ref": "#/definitions/count"}
          }
        },
        "manifest": {
          "description": "The shard's manifest, which merge holds against this.",
          "type": "object",
          "required": ["records", "bytes", "sha256"],
          "additionalProperties": false,
          "properties": {
            "records": {"$ref": "#/definitions/count"},
            "bytes": {"$ref": "#/definitions/count"},
            "sha256": {"$ref": "#/definitions/sha256"}
          }
        },
        "pipeline": {
          "description": "SHA-256 of the pipeline with every option filled in.",
          "type": "object",
          "required": ["sha256"],
          "additionalProperties": false,
          "properties": {"sha256": {"$ref": "#/definitions/sha256"}}
        },
        "models": {
          "description": "SHA-256 of each model, by the name under which the pipeline asks for it.",
          "type": "object",
          "additionalProperties": {"$ref": "#/definitions/sha256"}
        },
        "program": {
          "description": "The program that ran: its version, and the SHA-256 of its file.",
          "type": "object",
          "required": ["version", "sha256"],
          "additionalProperties": false,
          "properties": {"version": {"type": "string", "minLength": 1}, "sha256": {"$ref": "#/definitions/sha256"}}
        },
        "host": {"type": "string"},
        "attempt": {"description": "How often the shard had been begun before.", "$ref": "#/definitions/count"},
        "started": {"description": "Of the last attempt, in seconds since 1970.", "type": "number", "minimum": 0},
        "ended": {"description": "In seconds since 1970.", "type": "number", "minimum": 0}
      },
      "definitions": {
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "count": {"type": "integer", "minimum": 0},
        "shards": {"type": "integer", "minimum": 1, "maximum": 99999},
        "byReason": {
          "type": "object",
          "additionalProperties": {"$ref": "#/definitions/count"},
          "propertyNames": {"enum": [\#(ReasonCode.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))]}
        }
      }
    }

    """#
}
