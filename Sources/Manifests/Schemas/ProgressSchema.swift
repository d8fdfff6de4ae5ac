extension Schemas {
  /// A line of `--progress json`.
  package static let progress = #"""
    {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "title": "Viewfinder progress",
      "description": "A line on stderr with --progress json: one when the work begins, one every ten seconds, and one when it has ended.",
      "type": "object",
      "required": [
        "schema", "done", "total", "before", "failed", "seconds", "per_second", "seconds_left", "ended", "stages"
      ],
      "additionalProperties": false,
      "properties": {
        "schema": {"const": "viewfinder/progress/1"},
        "done": {"description": "Photographs that have come to their end, and files that are none.", "$ref": "#/definitions/count"},
        "total": {"description": "Files in the list.", "$ref": "#/definitions/count"},
        "before": {"description": "Of those done, how many an earlier run has done.", "$ref": "#/definitions/count"},
        "failed": {"description": "Photographs that failed in this run.", "$ref": "#/definitions/count"},
        "seconds": {"description": "Since the work began.", "type": "number", "minimum": 0},
        "per_second": {"description": "Photographs done in this run, by second.", "type": "number", "minimum": 0},
        "seconds_left": {"description": "At that rate; null while there is none.", "type": ["number", "null"], "minimum": 0},
        "ended": {"description": "True on the last line. With done less than total the run was stopped early.", "type": "boolean"},
        "stages": {
          "description": "In the order of the pipeline; empty for work that has no stages.",
          "type": "array",
          "items": {
            "type": "object",
            "required": ["id", "waiting", "working", "done", "busy"],
            "additionalProperties": false,
            "properties": {
              "id": {"type": "string", "minLength": 1},
              "waiting": {"description": "Photographs that wait for the stage, or in it for a core.", "$ref": "#/definitions/count"},
              "working": {"description": "Photographs in its hands.", "$ref": "#/definitions/count"},
              "done": {"description": "Photographs it has worked on, failed ones too.", "$ref": "#/definitions/count"},
              "busy": {"description": "What it took of the time of all cores so far; 1 is all of it. Waiting for files counts.", "type": "number", "minimum": 0}
            }
          }
        }
      },
      "definitions": {"count": {"type": "integer", "minimum": 0}}
    }

    """#
}
