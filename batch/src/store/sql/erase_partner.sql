UPDATE partner SET name = 'erased', site = '', phone = '' WHERE id = ?1
