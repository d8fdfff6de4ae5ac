// PipelineFiles
