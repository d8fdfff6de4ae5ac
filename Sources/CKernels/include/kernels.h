void vf_kernel_placeholder(void);
