void vf_bridge_placeholder(void);
