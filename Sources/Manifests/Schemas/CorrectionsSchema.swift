extension Schemas {
  /// What a person found wrong on a contact sheet.
  package static let corrections = #"""
    {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "title": "Viewfinder corrections",
      "description": "What a person found wrong in the results of a run: labels, and crops. Made on the page of `viewfinder report`.",
      "type": "object",
      "required": ["schema", "manifest", "corrections"],
      "additionalProperties": false,
      "properties": {
        "schema": {"const": "viewfinder/corrections/1"},
        "manifest": {
          "description": "The manifest that was looked at. With another one only those corrections hold whose photographs are the same.",
          "type": "object",
          "required": ["sha256"],
          "additionalProperties": false,
          "properties": {"name": {"type": "string"}, "sha256": {"$ref": "#/definitions/sha256"}}
        },
        "corrections": {
          "description": "At most one for each photograph.",
          "type": "array",
          "items": {"$ref": "#/definitions/correction"}
        }
      },
      "definitions": {
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "correction": {
          "type": "object",
          "required": ["path"],
          "anyOf": [{"required": ["label"]}, {"required": ["crops"]}],
          "additionalProperties": false,
          "properties": {
            "path": {"description": "That of the record.", "type": "string", "minLength": 1},
            "path_bytes": {
              "description": "That of the record, where its path is not UTF-8.",
              "type": "string", "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
            },
            "sha256": {"description": "Of the photograph's file, as in the record.", "$ref": "#/definitions/sha256"},
            "label": {
              "type": "object",
              "required": ["from", "to"],
              "additionalProperties": false,
              "properties": {
                "from": {"description": "The best label of the record; null where it has none.", "type": ["string", "null"]},
                "to": {"description": "The right one. It need not be a label of the model.", "type": "string", "minLength": 1}
              }
            },
            "crops": {
              "description": "At most one for each stage.",
              "type": "array",
              "minItems": 1,
              "items": {"oneOf": [{"$ref": "#/definitions/composed"}, {"$ref": "#/definitions/drawn"}]}
            }
          }
        },
        "stage": {"description": "The stage of the output in the record.", "type": "string", "minLength": 1},
        "composed": {
          "description": "Composed as the run did, from the same source, with these options of `crop` and the others as they were.",
          "type": "object",
          "required": ["stage", "aspect", "margin"],
          "additionalProperties": false,
          "properties": {
            "stage": {"$ref": "#/definitions/stage"},
            "aspect": {"type": "string", "pattern": "^(free|[0-9]+(\\.[0-9]+)?:[0-9]+(\\.[0-9]+)?)$"},
            "margin": {"description": "On every side, a share of the rectangle's.", "type": "number", "minimum": 0, "maximum": 5}
          }
        },
        "drawn": {
          "description": "Exactly these pixels of the upright photograph.",
          "type": "object",
          "required": ["stage", "box"],
          "additionalProperties": false,
          "properties": {
            "stage": {"$ref": "#/definitions/stage"},
            "box": {
              "type": "object",
              "required": ["x", "y", "width", "height"],
              "additionalProperties": false,
              "properties": {
                "x": {"type": "integer", "minimum": 0}, "y": {"type": "integer", "minimum": 0},
                "width": {"type": "integer", "minimum": 1}, "height": {"type": "integer", "minimum": 1}
              }
            }
          }
        }
      }
    }

    """#
}
