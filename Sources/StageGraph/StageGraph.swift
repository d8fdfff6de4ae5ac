// StageGraph
