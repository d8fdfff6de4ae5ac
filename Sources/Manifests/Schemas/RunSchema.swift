extension Schemas {
  /// The summary of a run.
  package static let run = #"""
    {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "title": "Viewfinder run",
      "description": "run.json: what one run did, with what, and how fast.",
      "type": "object",
      "required": [
        "schema", "version", "complete", "pipeline", "inputs", "libraries", "host", "counts", "wall_seconds",
        "images_per_second", "peak_rss_bytes", "stages"
      ],
      "additionalProperties": false,
      "properties": {
        "schema": {"const": "viewfinder/run/1"},
        "version": {"type": "string", "minLength": 1},
        "complete": {"type": "boolean"},
        "pipeline": {
          "type": "object",
          "required": ["sha256", "resolved"],
          "additionalProperties": false,
          "properties": {
            "sha256": {"$ref": "#/definitions/sha256"}, "resolved": {"type": "string"},
            "directory": {"type": "string", "minLength": 1},
            "directory_bytes": {"$ref": "#/definitions/base64"}
          }
        },
        "inputs": {
          "type": "array",
          "items": {
            "type": "object",
            "required": ["path"],
            "additionalProperties": false,
            "properties": {
              "path": {"type": "string", "minLength": 1},
              "path_bytes": {"$ref": "#/definitions/base64"}
            }
          }
        },
        "model": {
          "type": "object",
          "required": ["name", "sha256"],
          "additionalProperties": false,
          "properties": {"name": {"type": "string"}, "sha256": {"$ref": "#/definitions/sha256"}}
        },
        "libraries": {
          "type": "object",
          "required": ["libvips", "openblas", "core"],
          "additionalProperties": false,
          "properties": {
            "libvips": {"type": "string"}, "openblas": {"type": "string"}, "core": {"type": "string"}
          }
        },
        "host": {"type": "string"},
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
        "earlier_records": {"type": "integer", "minimum": 1},
        "wall_seconds": {"type": "number", "minimum": 0},
        "images_per_second": {"type": "number", "minimum": 0},
        "peak_rss_bytes": {"$ref": "#/definitions/count"},
        "stages": {
          "type": "array",
          "items": {
            "type": "object",
            "required": ["id", "busy_seconds", "queue_high_water"],
            "additionalProperties": false,
            "properties": {
              "id": {"type": "string", "minLength": 1},
              "busy_seconds": {"type": "number", "minimum": 0},
              "queue_high_water": {"$ref": "#/definitions/count"}
            }
          }
        }
      },
      "definitions": {
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "base64": {"type": "string", "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"},
        "count": {"type": "integer", "minimum": 0},
        "byReason": {
          "type": "object",
          "additionalProperties": {"$ref": "#/definitions/count"},
          "propertyNames": {"enum": [
            "unreadable", "not_image", "blocked_format", "truncated", "corrupt", "too_large", "too_many_pages",
            "timeout", "out_of_memory", "encode", "io", "collision", "changed", "program", "filtered", "internal"
          ]}
        }
      }
    }

    """#
}
