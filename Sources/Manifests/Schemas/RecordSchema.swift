/// JSON Schema (draft-07) of what this program writes.
package enum Schemas {
  /// One line of a manifest.
  package static let record = #"""
    {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "title": "Viewfinder record",
      "description": "One line of manifest.jsonl: what was done with one photograph, and why.",
      "type": "object",
      "required": ["schema", "path", "status", "reason", "detail", "outputs", "decodes", "milliseconds"],
      "additionalProperties": false,
      "properties": {
        "schema": {"const": "viewfinder/record/1"},
        "path": {"type": "string", "minLength": 1},
        "path_bytes": {"$ref": "#/definitions/base64"},
        "status": {"enum": ["ok", "failed", "skipped"]},
        "reason": {"enum": [
          null, "unreadable", "not_image", "blocked_format", "truncated", "corrupt", "too_large", "too_many_pages",
          "timeout", "out_of_memory", "encode", "io", "collision", "changed", "program", "filtered", "internal"
        ]},
        "detail": {"type": ["string", "null"]},
        "input": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "bytes": {"$ref": "#/definitions/count"},
            "sha256": {"$ref": "#/definitions/sha256"},
            "format": {"type": "string", "pattern": "^[a-z0-9]+$"},
            "width": {"$ref": "#/definitions/side"},
            "height": {"$ref": "#/definitions/side"},
            "orientation": {"type": "integer", "minimum": 1, "maximum": 8}
          }
        },
        "predictions": {
          "type": "array",
          "items": {
            "type": "object",
            "required": ["label", "index", "score"],
            "additionalProperties": false,
            "properties": {
              "label": {"type": "string"},
              "index": {
                "description": "Place in the model's list; null for a label of a correction that is none of the model's.",
                "type": ["integer", "null"], "minimum": 0
              },
              "score": {"type": "number", "minimum": 0, "maximum": 1}
            }
          }
        },
        "corrected": {
          "description": "What a person has changed. A corrected label is the first of the predictions, with the score 1.",
          "type": "object",
          "minProperties": 1,
          "additionalProperties": false,
          "properties": {
            "label": {
              "type": "object",
              "required": ["from", "to"],
              "additionalProperties": false,
              "properties": {"from": {"type": ["string", "null"]}, "to": {"type": "string", "minLength": 1}}
            },
            "crops": {
              "description": "Stages that cut as a person said.",
              "type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "minLength": 1}
            }
          }
        },
        "rectangle": {
          "type": "object",
          "required": ["center", "size", "angle", "corners", "quad", "hull", "coverage"],
          "additionalProperties": false,
          "properties": {
            "center": {"$ref": "#/definitions/point"},
            "size": {"$ref": "#/definitions/size"},
            "angle": {"$ref": "#/definitions/angle"},
            "corners": {"$ref": "#/definitions/corners"},
            "quad": {"$ref": "#/definitions/corners"},
            "hull": {
              "type": "object",
              "required": ["x", "y", "width", "height"],
              "additionalProperties": false,
              "properties": {
                "x": {"type": "number", "minimum": 0},
                "y": {"type": "number", "minimum": 0},
                "width": {"type": "number", "minimum": 0},
                "height": {"type": "number", "minimum": 0}
              }
            },
            "coverage": {"type": "number", "minimum": 0, "maximum": 1}
          }
        },
        "outputs": {"type": "array", "items": {"$ref": "#/definitions/output"}},
        "decodes": {"$ref": "#/definitions/count"},
        "notes": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "object"}},
        "milliseconds": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}
      },
      "if": {"properties": {"status": {"const": "ok"}}},
      "then": {
        "required": ["input"],
        "properties": {
          "reason": {"const": null},
          "detail": {"const": null},
          "input": {"required": ["bytes", "sha256", "format", "width", "height", "orientation"]}
        }
      },
      "else": {"properties": {"reason": {"type": "string"}}},
      "definitions": {
        "base64": {"type": "string", "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "count": {"type": "integer", "minimum": 0},
        "side": {"type": "integer", "minimum": 1},
        "point": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "size": {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 2, "maxItems": 2},
        "angle": {"type": "number", "exclusiveMinimum": -45, "maximum": 45},
        "corners": {"type": "array", "items": {"$ref": "#/definitions/point"}, "minItems": 4, "maxItems": 4},
        "output": {
          "type": "object",
          "required": ["stage", "path", "width", "height", "bytes", "sha256"],
          "additionalProperties": false,
          "properties": {
            "stage": {"type": "string", "minLength": 1},
            "path": {"type": "string", "minLength": 1},
            "path_bytes": {"$ref": "#/definitions/base64"},
            "width": {"$ref": "#/definitions/side"},
            "height": {"$ref": "#/definitions/side"},
            "bytes": {"$ref": "#/definitions/count"},
            "sha256": {"$ref": "#/definitions/sha256"},
            "region": {
              "type": "object",
              "required": ["center", "size", "angle", "corners"],
              "additionalProperties": false,
              "properties": {
                "center": {"$ref": "#/definitions/point"},
                "size": {"$ref": "#/definitions/size"},
                "angle": {"$ref": "#/definitions/angle"},
                "corners": {"$ref": "#/definitions/corners"}
              }
            },
            "source": {"enum": ["rectangle", "attention", "centre", "whole", "drawn"]},
            "adjusted": {
              "type": "array",
              "items": {"enum": ["clamped", "aspect", "minimum"]},
              "uniqueItems": true
            },
            "placed": {"enum": ["copy", "hardlink", "symlink", "move"]},
            "sidecars": {
              "type": "array",
              "minItems": 1,
              "items": {
                "type": "object",
                "required": ["from", "path"],
                "additionalProperties": false,
                "properties": {
                  "from": {"type": "string", "minLength": 1},
                  "from_bytes": {"$ref": "#/definitions/base64"},
                  "path": {"type": "string", "minLength": 1},
                  "path_bytes": {"$ref": "#/definitions/base64"}
                }
              }
            }
          },
          "dependencies": {
            "region": ["source", "adjusted"], "source": ["region", "adjusted"], "adjusted": ["region", "source"]
          }
        }
      }
    }

    """#
}
